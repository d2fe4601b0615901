# Where nothing links to it, systemd does not read /etc/sysctl.conf; a later file says otherwise.
rm etc/sysctl.d/99-sysctl.conf
{
	echo 'vm.overcommit_memory=1'
	echo 'kernel.panic=10'
	echo 'kernel.panic_on_oops=1'
} > etc/sysctl.conf
printf 'vm.overcommit_memory=0\nkernel.panic_on_oops=0\n' > etc/sysctl.d/99-zz-tuning.conf
