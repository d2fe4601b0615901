// Package stable sorts lists of structures. The sorts of package slices are compiled once
// for each type of element, 8 KB each; this is one for all, at the price of a call
// through reflection for each swap, which lists of some hundred elements do not notice.
package stable

import "sort"

// Sort sorts a list by compare, which is negative where a comes before b. Equal elements
// keep their order.
func Sort[T any](list []T, compare func(a, b T) int) {
	sort.SliceStable(list, func(i, j int) bool { return compare(list[i], list[j]) < 0 })
}
