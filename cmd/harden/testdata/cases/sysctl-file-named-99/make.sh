# The file that systemd reads last is a file of its own, not Debian's link to /etc/sysctl.conf.
rm etc/sysctl.d/99-sysctl.conf
{
	echo 'vm.overcommit_memory = 0'
	echo 'kernel.panic=0'
	echo 'kernel/panic_on_oops = 0'
	echo '-vm.panic_on_oom = 1'
} > etc/sysctl.d/99-sysctl.conf
