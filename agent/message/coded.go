package message

// Coded is a message for machines, and what it is read from again. The code stays
// when its English is worded anew. It is empty of a text that is only a value.
type Coded struct {
	Code string   `json:"code,omitempty"`
	Args []string `json:"args,omitempty"` // the values, in English
	// Messages are all of them, where there are several, or where a value is a
	// message itself; Code and Args are then those of the first.
	Messages []Part `json:"messages,omitempty"`
}

// Part is one of several messages.
type Part struct {
	Code string   `json:"code,omitempty"`
	Args []string `json:"args,omitempty"`
	// Parts tells of each of Args what message it is; null of a plain value.
	Parts []*Part `json:"parts,omitempty"`
}

// separators are the codes of several messages that are one value of another.
var separators = map[string]string{listed: "several-messages", series: "several-parts", joined: "several-lines"}

// Coded gives the message for machines.
func (t Text) Coded() Coded {
	all := []Text{t}
	if p := t.parts(); p.format == listed {
		all = texts(p.args)
	}
	var c Coded
	nested := len(all) > 1
	for _, one := range all {
		p := one.part()
		if p == nil {
			p = &Part{Args: []string{one.String()}}
		}
		nested = nested || p.Parts != nil
		c.Messages = append(c.Messages, *p)
	}
	if first := c.Messages[0]; first.Code != "" || nested {
		c.Code, c.Args = first.Code, first.Args
	}
	if !nested {
		c.Messages = nil
	}
	return c
}

// part is nil of a plain value.
func (t Text) part() *Part {
	made := t.parts()
	if made.format == "" || made.format == bilingual {
		return nil
	}
	p := &Part{Code: separators[made.format]}
	if p.Code == "" {
		row, known := rowOf(made.format)
		if !known {
			return nil
		}
		p.Code = row.code
	}
	nested := false
	for _, v := range texts(made.args) {
		inner := v.part()
		nested = nested || inner != nil
		p.Args, p.Parts = append(p.Args, v.String()), append(p.Parts, inner)
	}
	if !nested {
		p.Parts = nil
	}
	return p
}

// Text gives the message back, which reads as given in English.
func (c Coded) Text(english Text) Text {
	all := c.Messages
	if len(all) == 0 {
		all = []Part{{Code: c.Code, Args: c.Args}}
	}
	values := make([]Text, len(all))
	for i, p := range all {
		values[i] = p.text(english.String())
	}
	if len(values) > 1 {
		return parts{english.String(), listed, packTexts(values)}.text()
	}
	return values[0]
}

// text gives a part back. A code that is not known here is that of a newer harden.
func (p Part) text(english string) Text {
	if p.Code == "" {
		if len(p.Args) == 1 {
			english = p.Args[0]
		}
		return Value(english)
	}
	t := parts{english: english}
	for separator, code := range separators {
		if code == p.Code {
			t.format = separator
		}
	}
	if t.format == "" {
		_, byCode := table()
		t.format = byCode[p.Code].en
	}
	if t.format == "" {
		return Value(english)
	}
	values := make([]Text, len(p.Args))
	for i, arg := range p.Args {
		values[i] = Value(arg)
		if i < len(p.Parts) && p.Parts[i] != nil {
			values[i] = p.Parts[i].text(arg)
		}
	}
	t.args = packTexts(values)
	return t.text()
}

// CodedTexts are the texts in a value of JSON that are messages, by their keys.
type CodedTexts map[string]Coded

// Add notes a text where it is a message.
func (s *CodedTexts) Add(key string, t Text) {
	if t.parts().format == "" {
		return // a value
	}
	c := t.Coded()
	if c.Code == "" && c.Messages == nil {
		return
	}
	if *s == nil {
		*s = CodedTexts{}
	}
	(*s)[key] = c
}

// Text gives a text back as a message.
func (s CodedTexts) Text(key string, english Text) Text {
	if c, is := s[key]; is {
		return c.Text(english)
	}
	return english
}

// TextOf is Text of a value that may be one.
func (s CodedTexts) TextOf(key string, v any) any {
	text, is := v.(string)
	if c, known := s[key]; is && known {
		return c.Text(Value(text))
	}
	return v
}
