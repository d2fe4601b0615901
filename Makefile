# Two commands do it all on a machine with Go: `make demo` and `make test`.

GO      ?= go
BIN     := bin/harden
RELEASE ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS := -s -w -funcalign=1 -X main.release=$(RELEASE)
# Functions begin at any byte, not at each 32nd: 260 KB less (docs/decisions/0038).
# Nothing is asked over HTTP/2, and without it the program is 360 KB smaller.
TAGS    := nethttpomithttp2
# Without inlining it is 1.1 MB smaller, and a plan takes a sixth more time of CPU.
GCFLAGS := all=-l
# The older garbage collector is 41 KB smaller (docs/decisions/0038).
COLLECTOR := nogreenteagc
LINT    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help build kubectl-harden cluster cluster-short cluster-size cluster-torture install demo test oracle oracle-short auditlog fuzz formats browser screenshot lint reference package package-check ansible e2e nightly blackbox strangers torture vulncheck vulncheck-where-possible bench gobench beside ci clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

build: ## build bin/harden
	CGO_ENABLED=0 GOEXPERIMENT=$(COLLECTOR) $(GO) build -trimpath -tags '$(TAGS)' -gcflags '$(GCFLAGS)' -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/harden

kubectl-harden: ## build bin/kubectl-harden, the plugin kubectl harden
	CGO_ENABLED=0 GOEXPERIMENT=$(COLLECTOR) $(GO) build -trimpath -tags '$(TAGS)' -gcflags '$(GCFLAGS)' -ldflags '$(LDFLAGS)' -o bin/kubectl-harden ./cmd/kubectl-harden

install: build ## put the binary, its completions, man pages and units below $$DESTDIR$$PREFIX, /usr/local by default
	packaging/install $(BIN)

demo: build ## plan, apply, plan again and roll back on the sample node (no root, Go only)
	@integration/demo $(BIN)

test: ## unit tests and testscripts, with the race detector (no root needed)
	$(GO) vet ./...
	$(GO) test -race -timeout 20m ./...

# Where integration/node/build puts the components of Kubernetes.
HARDEN_KUBE_BIN ?= $(HOME)/.cache/harden-node/bin-$(or $(K8S),1.34.1)
HAS_COMPONENTS = @test -x $(HARDEN_KUBE_BIN)/kube-apiserver || { echo "there is no $(HARDEN_KUBE_BIN)/kube-apiserver: build the components with integration/node/build, or set HARDEN_KUBE_BIN to a directory that has them"; exit 1; }
oracle: ## what harden takes a component to run with, and its verdicts, against what the real components say; thousands of manifests (no root, ROUNDS=60); writes its figures into docs/guarantees.md
	$(HAS_COMPONENTS)
	HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) ROUNDS=$(or $(ROUNDS),60) $(GO) run ./integration/guarantees docs/guarantees.md oracle
	HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) $(GO) test -count=1 -timeout 10m -v -run 'TestAcceptance|TestKinds|TestBinaries' ./cmd/harden ./agent/kube
	HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) $(GO) test -count=1 -timeout 10m -v -run TestComponents ./agent/rehearsal

oracle-short: ## the same in under four minutes, without writing anything (no root)
	$(HAS_COMPONENTS)
	HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) $(GO) test -count=1 -timeout 10m -run 'TestOracle|TestVerdictsOfComponents' ./agent/cmdline ./agent -oracle=$(or $(ROUNDS),4)
	HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) $(GO) test -count=1 -timeout 10m -run 'TestAcceptance|TestKinds|TestBinaries' ./cmd/harden ./agent/kube

cluster: ## kubectl-harden against etcd, kube-apiserver and kube-controller-manager as plain processes (no root)
	@test -x $(HARDEN_KUBE_BIN)/etcd || { echo "there is no $(HARDEN_KUBE_BIN)/etcd: build the components with integration/node/build, or set HARDEN_KUBE_BIN to a directory that has them"; exit 1; }
	HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) $(GO) test -tags cluster -count=1 -timeout 20m -v ./integration/cluster

# What catches most in the least time: every rule on objects that meet it and that do not, every fix to and fro, what others
# changed, the rights, what cannot be listed, the size.
CLUSTER_SHORT := TestRules|TestFixes|TestWhatOthersChangedSince|TestServerSideApplyGoesOnAfterTheRollback|TestWhatCannotBeListedIsAnError|TestTheGateFindsWhatBreaksLater|TestTheWritersRights|TestTheLockInTheCluster|TestSize

cluster-short: ## the tests of make cluster that catch most (no root)
	$(HAS_COMPONENTS)
	HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) $(GO) test -tags cluster -count=1 -timeout 5m -run '^($(CLUSTER_SHORT))$$' ./integration/cluster

cluster-size: ## 10 000 pods in 200 namespaces: time, memory and requests of kubectl harden check beside kube-bench's policies, and 100 000 recorded ones (no root); writes its figures into docs/cluster.md
	$(HAS_COMPONENTS)
	mkdir -p bin && cd integration/kubebench && CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o ../../bin/kube-bench github.com/aquasecurity/kube-bench
	HARDEN_KUBE_BENCH=$(CURDIR)/bin/kube-bench:$$($(GO) list -C integration/kubebench -m -f '{{.Dir}}' github.com/aquasecurity/kube-bench)/cfg HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) $(GO) run ./integration/guarantees docs/cluster.md cluster

cluster-torture: ## what docs/guarantees.md promises of a cluster's objects, thoroughly; writes its figures into the page (no root, about ten minutes)
	$(HAS_COMPONENTS)
	HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) $(GO) run ./integration/guarantees docs/guarantees.md cluster

auditlog: ## the audit log of an idle cluster with harden's policy beside one that records everything, on the real components (no root); writes its figures into docs/check.md
	$(HAS_COMPONENTS)
	HARDEN_KUBE_BIN=$(HARDEN_KUBE_BIN) $(GO) run ./integration/guarantees docs/check.md cluster

FUZZTIME ?= 60s
fuzz: ## every fuzz target for FUZZTIME (60s); fails on any crash, and keeps its input
	FUZZTIME=$(FUZZTIME) integration/fuzz

formats: ## reports against the published schemas of SARIF and OSCAL, promlint, checklists of a STIG, kube-bench's types; verdicts beside kube-bench's
	cd integration/formats && $(GO) vet . && $(GO) test -count=1 .
	cd integration/kubebench && $(GO) vet . && $(GO) test -count=1 .

browser: build ## the HTML report in a real Chromium: filters, languages, keyboard, axe-core, print, 2000 findings (Debian's chromium, node 18)
	cd integration/browser && npm ci --silent && npm test

screenshot: build ## the picture of the HTML report in docs/images, made anew
	cd integration/browser && npm ci --silent && node screenshot.mjs ../../docs/images/report.png

lint: ## golangci-lint, shellcheck, and that no file is unformatted
	$(GO) run $(LINT) run ./...
	shellcheck -x .ci/run .ci/vulncheck integration/fuzz integration/nightly packaging/install packaging/package packaging/licences packaging/verify packaging/deb/postinst packaging/deb/prerm packaging/deb/postrm integration/demo integration/bench/run integration/bench/gobench integration/node/up integration/node/in integration/node/restart integration/node/down integration/node/build integration/ansible/lint integration/ansible/outcomes packaging/ansible/plugins/modules/harden
	shellcheck -s sh packaging/rpm/pre packaging/rpm/post packaging/rpm/preun packaging/rpm/postun cmd/harden/testdata/cases/*/make.sh

reference: ## write docs/cli.md and the man pages anew from the commands
	UPDATE_REFERENCE=1 $(GO) test -count=1 -run TestReference ./cmd/harden ./cmd/kubectl-harden

package: ## deb and rpm, checksums and a bill of materials in dist/ (Go only); ARCH="amd64 arm64" for both
	packaging/package $(RELEASE) $(ARCH)

package-check: package ## lintian, rpmlint, the schema of CycloneDX, and that a second build elsewhere is the same
	packaging/verify $(RELEASE) $(ARCH)
	cd packaging/sbom && $(GO) vet . && $(GO) test -count=1 .

blackbox: ## the built program among faults, odd disks, power losses and attacks, in short (root)
	$(GO) test -tags torture -count=1 -timeout 10m ./integration/torture

strangers: ## the built program on a booted Debian, attacked as a hostile user of the node would (root)
	$(GO) test -tags strangers -count=1 -timeout 40m ./integration/strangers

torture: ## all that docs/guarantees.md promises, thoroughly; writes its figures into the page (root, under 15 minutes)
	$(GO) run ./integration/guarantees docs/guarantees.md

ansible: ## the collection against yamllint, ansible-lint, ansible-doc and what of ansible-test needs no network; what the role says of a failure
	integration/ansible/lint
	integration/ansible/outcomes

e2e: build package ## on a real kubeadm node, booted in systemd-nspawn (root, Debian or Ubuntu); K8S=1.36.3 another Kubernetes, NIGHTLY=1 the long tests too
	$(GO) test -tags e2e -count=1 -timeout $(if $(filter 1,$(NIGHTLY)),180m,60m) -v ./integration/e2e

nightly: ## what takes too long for each change: all end-to-end tests on three versions of Kubernetes, oracle, torture, fuzz (root, hours)
	integration/nightly

bench: build ## harden beside kube-bench, Ansible, find and the bare operations of apply, on a real node; fills docs/benchmarks.md in (root); then make cluster-size
	integration/bench/run $(BIN)
	$(MAKE) cluster-size

gobench: ## Go benchmarks of this tree beside those of an older commit (BASE=COMMIT); fills docs/benchmarks.md in
	integration/bench/gobench

vulncheck: ## known vulnerabilities that the code reaches; fails where the database cannot be reached
	.ci/vulncheck

vulncheck-where-possible:
	@.ci/vulncheck --where-possible

# What waits for booted nodes most of the time stands beside what computes: ten minutes less on two cores.
beside:
	$(MAKE) --keep-going --jobs 2 --output-sync=target e2e package-check strangers ansible

ci: lint vulncheck-where-possible test blackbox formats browser beside oracle-short cluster-short ## all that has to pass before a change lands

clean: ## remove what was built
	rm -rf bin dist
