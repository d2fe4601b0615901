// Code generated from the types that have a Check method by go generate ./fixers; DO NOT EDIT.

package fixers

// kinds makes the empty parameters of each kind of rule.
var kinds = map[string]func() Fixer{
	"account":                     func() Fixer { return new(Account) },
	"anonymous-access":            func() Fixer { return new(AnonymousAccess) },
	"audit-bodies":                func() Fixer { return new(AuditBodies) },
	"audit-coverage":              func() Fixer { return new(AuditCoverage) },
	"component-flag":              func() Fixer { return new(ComponentFlag) },
	"control-plane-file":          func() Fixer { return new(ControlPlaneFile) },
	"encryption-at-rest":          func() Fixer { return new(EncryptionAtRest) },
	"file-access":                 func() Fixer { return new(FileAccess) },
	"file-content":                func() Fixer { return new(FileContent) },
	"kubelet-addresses":           func() Fixer { return new(KubeletAddresses) },
	"kubelet-host-name":           func() Fixer { return new(KubeletHostName) },
	"kubelet-serving-ca":          func() Fixer { return new(KubeletServingCA) },
	"kubelet-serving-certificate": func() Fixer { return new(KubeletServingCertificate) },
	"kubelet-setting":             func() Fixer { return new(KubeletSetting) },
	"pod-security":                func() Fixer { return new(PodSecurity) },
	"port":                        func() Fixer { return new(Port) },
	"rancher-encryption":          func() Fixer { return new(RancherEncryption) },
	"rancher-profile":             func() Fixer { return new(RancherProfile) },
	"rke-addon":                   func() Fixer { return new(RKEAddon) },
	"rke-setting":                 func() Fixer { return new(RKESetting) },
	"ssh-server":                  func() Fixer { return new(SSHServer) },
	"static-pods":                 func() Fixer { return new(StaticPods) },
	"sysctl":                      func() Fixer { return new(Sysctl) },
	"unit-current":                func() Fixer { return new(UnitCurrent) },
	"yaml-setting":                func() Fixer { return new(YAMLSetting) },
}
