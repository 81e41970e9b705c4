"""Form 07a (Biểu số 07a): what was received, settled and is in progress, by field, with its equations."""
