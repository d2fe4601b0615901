// Package e2e shows the whole promise on a booted node: the harden binary, and
// nothing else of this module, hardens a real kubeadm node and puts it back.
// Its tests need root and build tag e2e (`make e2e`); they run one after the
// other on one node that TestMain brings up, and each leaves the node as it
// found it. They never touch the machine's own files, but sysctls are the
// machine's: they are compared before and after, and put back with the node.
package e2e
