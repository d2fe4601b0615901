package edit

import "testing"

const (
	kubeadmFlags = "# written by kubeadm\nKUBELET_KUBEADM_ARGS=\"--container-runtime-endpoint=unix:///x --pod-infra-container-image=y\"\n"
	dropIn       = "[Service]\nEnvironment=\"KUBELET_X_ARGS=--a=b --c\" PLAIN=--p=1 'OTHER=x'\nExecStart=/bin/old --old=1\nExecStart=\nExecStart=/usr/bin/kubelet --d=e \\\n  # why\n  --f g $KUBELET_X_ARGS \\\n  --h=i\n"
)

func TestFlagGet(t *testing.T) {
	runValues(t, "flag", []value{
		{"first", kubeadmFlags, "--container-runtime-endpoint", "unix:///x", 2},
		{"last", kubeadmFlags, "--pod-infra-container-image", "y", 2},
		{"missing", kubeadmFlags, "--pod", nil, 0},
		{"in a variable", dropIn, "--a", "b", 2},
		{"bare", dropIn, "--c", "true", 2},
		{"unquoted variable", dropIn, "--p", "1", 2},
		{"command", dropIn, "--d", "e", 5},
		{"value in the next word", dropIn, "--f", "g", 7},
		{"continued", dropIn, "--h", "i", 8},
		{"reset", dropIn, "--old", nil, 0},
		{"last one holds", "A=--x=1 --x=2\nB=\"--x=3\"\n", "--x", "3", 2},
		{"overridden variable", "A=--x=1\nA=--y=2\n", "--x", nil, 0},
		{"underscores", "A=--anonymous_auth=false\n", "--anonymous-auth", "false", 1},
		{"bare before a variable", "[Service]\nExecStart=/bin/x --a $B --c ${D}\n", "--a", "true", 2},
		{"braces are one word", "[Service]\nExecStart=/bin/x --a $B --c ${D}\n", "--c", "${D}", 2},
		{"bare before a short flag", "A=--a -v 3\n", "--a", "true", 1},
		{"quotes in quotes", `A="--a='b c' --d=\"e f\""`, "--d", "e f", 1},
		{"single quote outside of flags", "A=it's\nB=--a=1\n", "--a", "1", 2},
		{"reset of a unit's variables", "[Service]\nEnvironment=A=--a=1\nEnvironment=\n", "--a", nil, 0},
		{"empty value", "A=--a=\n", "--a", "", 1},
		{"C escapes in a unit", `[Service]
ExecStart=/bin/x --a=b\x2ec\s\u00e9 --d=\q`, "--a", "b.c é", 2},
		{"an escape that nobody knows stays", `[Service]
ExecStart=/bin/x --d=\q`, "--d", `\q`, 2},
		{"a backslash in a variable stands for what follows", `A='--a=b\c'`, "--a", "bc", 1},
	})
}

func TestFlagSet(t *testing.T) {
	runRows(t, "flag", []row{
		{name: "in place", text: kubeadmFlags, address: "--container-runtime-endpoint", value: "unix:///z", want: "# written by kubeadm\nKUBELET_KUBEADM_ARGS=\"--container-runtime-endpoint=unix:///z --pod-infra-container-image=y\"\n"},
		{name: "new", text: kubeadmFlags, address: "--anonymous-auth", value: false, want: "# written by kubeadm\nKUBELET_KUBEADM_ARGS=\"--container-runtime-endpoint=unix:///x --pod-infra-container-image=y --anonymous-auth=false\"\n"},
		{name: "same", text: "A=--x  1\n", address: "--x", value: int64(1), want: "A=--x  1\n"},
		{name: "bare is true", text: "A=--x\n", address: "--x", value: true, want: "A=--x\n"},
		{name: "bare", text: "A=--x --y\n", address: "--x", value: false, want: "A=--x=false --y\n"},
		{name: "next word", text: "A=--x 1 --y\n", address: "--x", value: "2", want: "A=--x 2 --y\n"},
		{name: "quoted word", text: "A=\"--x='1 2' --y\"\n", address: "--x", value: "3", want: "A=\"--x=3 --y\"\n"},
		{name: "underscores stay", text: "A=--x_y=1\n", address: "--x-y", value: "2", want: "A=--x_y=2\n"},
		{name: "last one", text: "A=--x=1 --x=2\n", address: "--x", value: "3", want: "A=--x=1 --x=3\n"},
		{name: "list", text: "A=--x=1\n", address: "--y", value: []string{"a", "b"}, want: "A=--x=1 --y=a,b\n"},
		{name: "blank before the quote", text: "A=\"--x=1 \"\n", address: "--y", value: "2", want: "A=\"--x=1 --y=2 \"\n"},
		{name: "last variable with flags", text: "A=--x=1\nB=--y=1\nC=z\n", address: "--n", value: true, want: "A=--x=1\nB=--y=1 --n=true\nC=z\n"},
		{name: "unit", text: dropIn, address: "--h", value: "j", want: dropIn[:len(dropIn)-2] + "j\n"},
		{name: "new in a command", text: dropIn, address: "--new", value: "j", want: dropIn[:len(dropIn)-1] + " --new=j\n"},
		{name: "new in a variable of a unit", text: "[Service]\nEnvironment=\"A=--a=b\" \"B=c\"\n", address: "--new", value: "j", want: "[Service]\nEnvironment=\"A=--a=b --new=j\" \"B=c\"\n"},
		{name: "new in an unquoted variable", text: "[Service]\nEnvironment=A=--a=b\n", address: "--new", value: "j", want: "[Service]\nEnvironment=\"A=--a=b --new=j\"\n"},
		{name: "no flags", text: "A=b\nB=\n", address: "--x", value: true, err: "no variable and no command of the file holds flags"},
		{name: "no flag", text: "A=--x\n", address: "x", value: true, err: "is not a flag"},
		{name: "blank in value", text: "A=--x\n", address: "--x", value: "a b", err: "white space"},
		{name: "expansion in value", text: "A=--x\n", address: "--x", value: "$b", err: "white space"},
		{name: "value that looks like a flag", text: "A=--x 1\n", address: "--x", value: "-1", err: "cannot be edited safely"},
		{name: "unset all", text: "A=\"--x=1 --y --x 2\"\nB=--z --x\n", address: "--x", want: "A=\"--y\"\nB=--z\n"},
		{name: "unset only", text: "A=\"--x=1\"\n", address: "--x", want: "A=\"\"\n"},
		{name: "unset continued", text: "[Service]\nExecStart=/bin/x --a \\\n  --b \\\n  --c\n", address: "--c", want: "[Service]\nExecStart=/bin/x --a \\\n  --b\n"},
		{name: "unset between", text: "[Service]\nExecStart=/bin/x --a \\\n  --b \\\n  --c\n", address: "--b", want: "[Service]\nExecStart=/bin/x --a \\\n  --c\n"},
		{name: "unset missing", text: kubeadmFlags, address: "--x", want: kubeadmFlags},
	})
}
