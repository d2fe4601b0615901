package view

// Concealed gives a line that a program wrote without the secrets that it may
// hold, for text that repeats it.
func Concealed(line string) string { return concealed(line) }
