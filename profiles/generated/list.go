// Code generated from the names of builtin/*.yaml and rules/*.yaml by go generate ./profiles; DO NOT EDIT.

package generated

// Profiles are the built-in profiles by name.
var Profiles = []*Profile{&ack1_0, &aks1_8, &cis1_10, &cis1_11, &cis1_12, &cis1_20, &cis1_23, &cis1_24, &cis1_5, &cis1_6, &cis1_7, &cis1_8, &cis1_9, &cis2_0_1, &cis2_1, &eks1_8, &gke1_9, &k3sCis1_12, &k8sSecurityBp, &kubeadmNode, &qingteng12, &qkxyCs0012023, &rancher2_1, &rancher2_3_5, &rke2Cis1_12, &stigKubernetesV2r6, &stigRke2V2r7}

// Rules are the rules of the library, by file.
var Rules = [][]Rule{accountsRules, apiserverRules, controllerManagerRules, controlplaneRules, etcdRules, filesRules, kubeletRules, portsRules, qkxyRules, rancherRules, rkeRules, rke2Rules, schedulerRules, sysctlRules}
