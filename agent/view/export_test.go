package view

// Columns is columns for tests.
var Columns = columns
