# A later file takes back what an earlier one sets; another one is right in another spelling.
printf 'kernel.panic=10\nkernel.panic_on_oops=1\n' > etc/sysctl.d/90-kubelet.conf
printf -- '-kernel/panic\n' > etc/sysctl.d/99-site.conf
printf 'vm.overcommit_memory = 0x1\n' > etc/sysctl.d/99-zz.conf
mkdir etc/sysctl.d/99-directory.conf
