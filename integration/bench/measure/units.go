package main

import (
	"fmt"
	"strconv"
	"time"
)

// duration has three significant digits, in ms or s.
func duration(d time.Duration) string {
	if d >= time.Second {
		return number(d.Seconds()) + " s"
	}
	return number(float64(d)/float64(time.Millisecond)) + " ms"
}

func mebibytes(bytes int64) string { return number(float64(bytes)/(1<<20)) + " MiB" }

// number has three significant digits, and all of those before the point.
func number(f float64) string {
	switch {
	case f >= 99.95:
		return grouped(int(f + 0.5))
	case f >= 9.995:
		return fmt.Sprintf("%.1f", f)
	default:
		return fmt.Sprintf("%.2f", f)
	}
}

// grouped sets the thousands apart.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + " " + digits[i:]
	}
	return digits
}
