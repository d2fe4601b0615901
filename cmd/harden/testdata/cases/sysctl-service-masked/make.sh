# Nothing reads sysctl.d at boot.
mkdir -p etc/systemd/system
ln -s /dev/null etc/systemd/system/systemd-sysctl.service
printf 'kernel.panic=10\nkernel.panic_on_oops=1\nvm.overcommit_memory=1\n' > etc/sysctl.d/90-kubelet.conf
