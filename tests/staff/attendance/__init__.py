"""The tests of the room `attendance`."""
