package client

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"harden/agent/message"
)

// pageSize is the number of objects that one response of a list has.
const pageSize = 500

// maxRest is how much may follow a list, in bytes: a line break.
const maxRest = 4096

// mostExpired is how often a list is begun anew because its pages expired.
const mostExpired = 3

// Clearer is an object that keeps a buffer of its own when it is emptied for the next one.
type Clearer interface{ Clear() }

// List reads all objects of a path, page by page, and keeps what convert makes
// of each. Objects are decoded one at a time into the same T, so that memory holds one object
// and what convert keeps: not the T itself. Where the pages expire (410) the list begins anew.
func List[T, R any](ctx context.Context, c *Client, path string, query url.Values, convert func(*T) (R, bool)) ([]R, error) {
	for expired := 0; ; expired++ {
		list, err := listOnce(ctx, c, path, query, convert)
		if Code(err) == http.StatusGone && expired < mostExpired {
			continue
		}
		return list, err
	}
}

func listOnce[T, R any](ctx context.Context, c *Client, path string, query url.Values, convert func(*T) (R, bool)) ([]R, error) {
	var list []R
	var object T
	each := func(d *json.Decoder) error {
		if c, is := any(&object).(Clearer); is {
			c.Clear()
		} else {
			object = *new(T)
		}
		if err := d.Decode(&object); err != nil {
			return err
		}
		if kept, keep := convert(&object); keep {
			list = append(list, kept)
		}
		return nil
	}
	for next := ""; ; {
		page := url.Values{"limit": {strconv.Itoa(pageSize)}}
		maps.Copy(page, query)
		if next != "" {
			page.Set("continue", next)
		}
		var err error
		if next, err = c.page(ctx, path, page, each); err != nil {
			return nil, err
		}
		if next == "" {
			return list, nil
		}
	}
}

// page reads one page, and gives the token of the next.
func (c *Client) page(ctx context.Context, path string, query url.Values, each func(*json.Decoder) error) (next string, err error) {
	r := Request{Method: http.MethodGet, Path: path, Query: query}
	response, err := c.send(ctx, r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	next, err = readPage(json.NewDecoder(response.Body), each)
	if err != nil {
		return "", c.unanswered(ctx, r, err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxRest)) // to its end, for the connection to be used again
	return next, nil
}

// readPage reads a list object to its end. A list without items is an error:
// something other than a list came back, and an empty list would be a false
// "nothing found".
func readPage(d *json.Decoder, each func(*json.Decoder) error) (next string, err error) {
	if err := expect(d, json.Delim('{')); err != nil {
		return "", err
	}
	items := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return "", err
		}
		switch key {
		case "metadata":
			var meta struct{ Continue string }
			err = d.Decode(&meta)
			next = meta.Continue
		case "items":
			items = true
			err = readItems(d, each)
		default:
			var skipped json.RawMessage
			err = d.Decode(&skipped)
		}
		if err != nil {
			return "", err
		}
	}
	if err := expect(d, json.Delim('}')); err != nil {
		return "", err
	}
	if !items {
		return "", message.Errorf("the answer is not a list of objects")
	}
	return next, nil
}

// readItems reads the array of objects; some servers write null for none.
func readItems(d *json.Decoder, each func(*json.Decoder) error) error {
	open, err := d.Token()
	if err != nil || open == nil {
		return err
	}
	if open != json.Delim('[') {
		return message.Errorf("items is not an array")
	}
	for d.More() {
		if err := each(d); err != nil {
			return err
		}
	}
	return expect(d, json.Delim(']'))
}

func expect(d *json.Decoder, want json.Delim) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	if token != want {
		return message.Errorf("the answer has %v where %v belongs", token, want)
	}
	return nil
}
