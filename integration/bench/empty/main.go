// Command empty does nothing: the floor under the time and memory of any
// program that is written in Go.
package main

func main() {}
