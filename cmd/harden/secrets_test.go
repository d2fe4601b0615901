package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// secret is something that nobody but its owner is to read: how it stands in a
// file, and what of it must be seen nowhere.
type secret struct {
	text    string   // in one line
	needles []string // what must not be shown, each at least six bytes long
	block   []string // lines of a secret that has several, else the text
}

// secretsOf makes secrets of all shapes from a seed, so that none stands in the
// repository: short ones, words, figures, base64, tokens, PEM, URLs.
func secretsOf(seed uint64, n int) []secret {
	r := rand.New(rand.NewPCG(seed, 25))
	pick := func(letters string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	const small, figures = "bcdfghjkmnpqrtvwxz", "0123456789"
	large := strings.ToUpper(small) + small + "aeiouy" + figures
	list := make([]secret, n)
	for i := range list {
		switch i % 10 {
		case 0:
			list[i].text = pick(large, 3) + pick("!~^+", 1) + pick(large, 4)
		case 1:
			list[i].text = pick(small, 7) + "-" + pick(small, 6) + "-" + pick(small, 8)
		case 2:
			list[i].text = pick("123456789", 1) + pick(figures, 11)
		case 3:
			list[i].text = pick(large, 40) + "/+8="
		case 4:
			list[i].text = "eyJ" + pick(large, 30) + "." + pick(large, 40) + "." + pick(large, 43)
		case 5:
			list[i].text = pick(small+figures, 6) + "." + pick(small+figures, 16)
		case 6:
			list[i].text = pick("0123456789abcdef", 32)
		case 7:
			list[i].block = []string{"-----BEGIN " + "PRIVATE KEY-----", pick(large, 64), pick(large, 64), "-----END " + "PRIVATE KEY-----"}
			list[i].text = list[i].block[1]
			list[i].needles = list[i].block[1:3]
		case 8:
			user, password, signature := pick(small, 8), pick(large, 9), pick(large, 20)
			list[i].text = "https://" + user + ":" + password + "@proxy.example:3128/x?sig=" + signature
			list[i].needles = []string{user, password, signature}
		case 9:
			list[i].text = "/" + pick(large, 20) + "+" + pick(large, 22) // base64 that looks like a path
		}
		if list[i].needles == nil {
			list[i].needles = []string{list[i].text}
		}
		if list[i].block == nil {
			list[i].block = []string{list[i].text}
		}
	}
	return list
}

// finder finds needles, and the parts of long ones, in any encoding.
type finder map[string][]needle // by their first six bytes

type needle struct {
	text string
	of   int
}

const window = 6

func newFinder(secrets []secret) finder {
	f := finder{}
	add := func(text string, of int) {
		if len(text) >= window {
			f[text[:window]] = append(f[text[:window]], needle{text, of})
		}
	}
	for i, s := range secrets {
		for _, n := range s.needles {
			add(n, i)
			if len(n) >= 12 && strings.Trim(n, "0123456789abcdef") != "" { // others are found in numbers and times
				for at := range len(n) - window {
					add(n[at:at+window], i)
				}
			}
			quoted := strconv.Quote(n)
			for _, other := range []string{hex.EncodeToString([]byte(n)), strings.ToUpper(hex.EncodeToString([]byte(n))), url.QueryEscape(n), url.PathEscape(n),
				quoted[1 : len(quoted)-1], base64.StdEncoding.EncodeToString([]byte(n)), base64.URLEncoding.EncodeToString([]byte(n))} {
				add(other, i)
			}
			for shift := range 3 { // within a longer text
				inner := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + n))
				if len(inner) > 16 {
					add(inner[4:len(inner)-4], i)
				}
			}
		}
	}
	return f
}

// digests are what stands for what is not shown.
var digests = regexp.MustCompile(`(sha256:)?[0-9a-f]{64}`)

// find gives the secrets that a text shows, with the place of each.
func (f finder) find(text string) map[int]string {
	text = digests.ReplaceAllString(text, "…")
	found := map[int]string{}
	for at := 0; at+window <= len(text); at++ {
		for _, n := range f[text[at:at+window]] {
			if _, known := found[n.of]; !known && strings.HasPrefix(text[at:], n.text) {
				from, to := max(0, at-60), min(len(text), at+60)
				found[n.of] = fmt.Sprintf("%q", text[from:to])
			}
		}
	}
	return found
}
