"""convbook: the operations, figures and widgets of the book *Seeing Convolutions*."""
