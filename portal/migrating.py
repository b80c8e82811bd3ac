"""Operations of migrations that Django lacks."""

from collections.abc import Callable, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

Step = Callable[[BaseDatabaseSchemaEditor], None]


class OnDatabase(Operation):
    """Run statements of ours, and others backwards; each step gets the schema editor.

    RunPython would work out all models for each such step, though it looks at none of them.
    """

    def __init__(self, on: Step, off: Step) -> None:
        self.on = on
        self.off = off

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002 -- Django's signature
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 -- Django's signature
        to_state: ProjectState,  # noqa: ARG002 -- Django's signature
    ) -> None:
        self.on(schema_editor)

    def database_backwards(
        self,
        app_label: str,  # noqa: ARG002 -- Django's signature
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 -- Django's signature
        to_state: ProjectState,  # noqa: ARG002 -- Django's signature
    ) -> None:
        self.off(schema_editor)

    def describe(self) -> str:
        return "Statements of our own"


class CreateModels(Operation):
    """Create many tables, and work the models out once for all of them.

    Django works out anew whatever is connected with a model each time it creates one: with two
    hundred models that takes most of the time of setting up a database.
    """

    serialization_expand_args = ["operations"]
    atomic = True

    def __init__(self, operations: Sequence[CreateModel]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, [], {"operations": self.operations}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # worked out when it is asked for again
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.operations)} models"
