package hostile

import "strings"

// JSON makes the forms of a sound text, which must be one object. key is a
// key of it that has a text, and unknown keys are refused by the reader.
func JSON(sound, key string) []Form {
	body := strings.TrimSpace(sound)
	inner := strings.TrimPrefix(body, "{")
	return []Form{
		{"as it is", sound, Same},
		{"blanks around", " \n\t" + body + "\r\n ", Same},
		{"duplicate key", `{"` + key + `": "x",` + inner, Refused},
		{"duplicate key in capitals", `{"` + strings.ToUpper(key) + `": "x",` + inner, Refused},
		{"second document", body + "\n" + body, Refused},
		{"something behind it", body + "\nx", Refused},
		{"a bracket behind it", body + "}", Refused},
		{"empty", "", Refused},
		{"null", "null", Refused},
		{"list of nothing", "[]", Refused},
		{"text", `"x"`, Refused},
		{"cut off", body[:len(body)-1], Refused},
		{"cut off in the middle", body[:len(body)/2], Refused},
		{"comma at the end", strings.TrimSuffix(body, "}") + ",}", Refused},
		{"comment", "// c\n" + body, Refused},
		{"single quotes", strings.ReplaceAll(body, `"`, `'`), Refused},
		{"byte order mark", "\ufeff" + body, Refused},
		{"NUL", body + "\x00", Refused},
		{"a wrong type", `{"` + key + `": [[]]}`, Refused},
		{"UTF-16", "\xff\xfe" + strings.Join(strings.Split(body, ""), "\x00") + "\x00", Refused},
		{"deep lists", strings.Repeat("[", depth) + strings.Repeat("]", depth), Refused},
		{"deep objects", strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth), Refused},
		{"deep lists, open", strings.Repeat("[", 1<<20), Refused},
		{"a text of 4 MiB", `{"` + key + `": "` + strings.Repeat("x", 4<<20), Refused},
	}
}
