package edit

import (
	"errors"
	"strings"
	"testing"
)

const kubeadmText = "# of the site\napiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration # this one\n--- # the cluster\n" +
	"apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking:\n  podSubnet: 10.85.0.0/16 # pods\n---\n\n"

func TestStream(t *testing.T) {
	s, err := OpenStream([]byte(kubeadmText))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(s.Bytes()); got != kubeadmText {
		t.Errorf("the text is not as it was:\n%s", got)
	}
	if s.Len() != 3 {
		t.Fatalf("%d documents, want 3", s.Len())
	}
	_, line, found, err := s.Document(1).Get("networking.podSubnet")
	if err != nil || !found || s.Line(1, line) != 8 {
		t.Errorf("podSubnet: line %d, found %v, error %v", s.Line(1, line), found, err)
	}
	if err := s.Document(1).Set("networking.dnsDomain", "cluster.local"); err != nil {
		t.Fatal(err)
	}
	if err := s.Append("kind: KubeletConfiguration\n"); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(kubeadmText, "# pods\n", "# pods\n  dnsDomain: cluster.local\n", 1) + "---\nkind: KubeletConfiguration\n"
	if got := string(s.Bytes()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestStreamOfOne(t *testing.T) {
	for _, text := range []string{"", "a: 1", "---\na: 1\n", "a: 1\r\n---\r\nb: 2\r\n", "a: |\n  --- x\n  text\n", "a: 1\n---\n# nothing\n---\nb: 2"} {
		s, err := OpenStream([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := string(s.Bytes()); got != text {
			t.Errorf("%q became %q", text, got)
		}
		if err := s.Append("kind: X\n"); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if again, err := OpenStream(s.Bytes()); err != nil || again.Len() != s.Len() {
			t.Errorf("%q with a document more cannot be read again: %v", text, err)
		}
	}
}

func TestStreamRefuses(t *testing.T) {
	for text, line := range map[string]int{"a: 1\n--- {b: 2}\n": 2, "%YAML 1.2\n---\na: 1\n": 1, "a: 1\n...\nb: 2\n": 2, "a: 1\n---\n- b\n": 3, "a: 1\n---\nb: 1\nb: 2\n": 4, "a: &x 1\n": 1} {
		_, err := OpenStream([]byte(text))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != line {
			t.Errorf("%q: %v, want a syntax error in line %d", text, err, line)
		}
	}
}

func FuzzStream(f *testing.F) {
	f.Add(kubeadmText)
	f.Add("--- # a\n---\na: 1\n...\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := OpenStream([]byte(text))
		if err == nil && string(s.Bytes()) != text {
			t.Errorf("%q became %q", text, s.Bytes())
		}
	})
}
