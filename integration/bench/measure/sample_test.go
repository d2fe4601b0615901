package main

import (
	"testing"
	"time"
)

func TestSamples(t *testing.T) {
	of := func(milliseconds ...int) samples {
		var s samples
		for _, ms := range milliseconds {
			s = append(s, sample{Wall: time.Duration(ms) * time.Millisecond, Memory: int64(ms)})
		}
		return s
	}
	tests := map[string]struct {
		s                samples
		median, min, p90 time.Duration
		peak             int64
	}{
		"one":    {of(7), 7, 7, 7, 7},
		"even":   {of(4, 1, 3, 2), 2, 1, 4, 4},
		"ten":    {of(10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 5, 1, 9, 10},
		"eleven": {of(11, 1, 10, 2, 9, 3, 8, 4, 7, 5, 6), 6, 1, 10, 11},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tt.s.median(wall); got != tt.median*time.Millisecond {
				t.Errorf("median %v, want %d ms", got, tt.median)
			}
			if got := tt.s.min(); got != tt.min*time.Millisecond {
				t.Errorf("min %v, want %d ms", got, tt.min)
			}
			if got := tt.s.p90(); got != tt.p90*time.Millisecond {
				t.Errorf("p90 %v, want %d ms", got, tt.p90)
			}
			if got := tt.s.peak(); got != tt.peak {
				t.Errorf("peak %d, want %d", got, tt.peak)
			}
		})
	}
}

func TestOnce(t *testing.T) {
	taken, err := once([]string{"sh", "-c", "sleep 0.05; test $WORD = said"}, "WORD=said")
	if err != nil {
		t.Fatal(err)
	}
	if taken.Wall < 50*time.Millisecond || taken.CPU <= 0 || taken.CPU > taken.Wall || taken.Memory < 64<<10 {
		t.Errorf("a sleep of 50 ms took %+v", taken)
	}
	if _, err := once([]string{"false"}); err == nil {
		t.Error("a program that fails is measured")
	}
}

func TestNumber(t *testing.T) {
	for f, want := range map[float64]string{0.0123: "0.01", 1.004: "1.00", 9.999: "10.0", 15: "15.0", 99.96: "100", 1234.5: "1 235", 1_000_000: "1 000 000"} {
		if got := number(f); got != want {
			t.Errorf("%v is written %s, want %s", f, got, want)
		}
	}
}
