"""Pure rules of feedback: suggestions, sketches of texts, figures, deadlines."""
