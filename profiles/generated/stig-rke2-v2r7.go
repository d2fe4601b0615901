// Code generated from builtin/stig-rke2-v2r7.yaml by go generate ./profiles; DO NOT EDIT.

package generated

var stigRke2V2r7 = Profile{
	Name:    "stig-rke2-v2r7",
	Version: "1.0.0",
	Source:  "DISA RGS RKE2 STIG V2R7 (ids and categories)",
	Title:   Text{EN: "DISA RKE2 STIG V2R7", ZH: "DISA RKE2 STIG V2R7"},
	Controls: []Control{
		{ID: "V-254553", Level: 1, Severity: "high"},
		{ID: "V-254554", Level: 1, Severity: "medium"},
		{ID: "V-254555", Level: 1, Severity: "medium"},
		{ID: "V-254556", Level: 1, Severity: "medium"},
		{ID: "V-254557", Level: 1, Severity: "medium"},
		{ID: "V-254559", Level: 1, Severity: "high"},
		{ID: "V-254561", Level: 1, Severity: "high"},
		{ID: "V-254562", Level: 1, Severity: "high"},
		{ID: "V-254563", Level: 1, Severity: "medium"},
		{ID: "V-254564", Level: 1, Severity: "medium"},
		{ID: "V-254565", Level: 1, Severity: "medium"},
		{ID: "V-254566", Level: 1, Severity: "medium"},
		{ID: "V-254567", Level: 1, Severity: "medium"},
		{ID: "V-254568", Level: 1, Severity: "medium"},
		{ID: "V-254569", Level: 1, Severity: "medium"},
		{ID: "V-254570", Level: 1, Severity: "medium"},
		{ID: "V-254571", Level: 1, Severity: "medium"},
		{ID: "V-254572", Level: 1, Severity: "medium"},
		{ID: "V-254574", Level: 1, Severity: "medium"},
		{ID: "V-254575", Level: 1, Severity: "medium"},
		{ID: "V-268321", Level: 1, Severity: "medium"},
	},
}
