# What systemd lays over every service of the node is laid over the kubelet too.
mkdir -p etc/systemd/system/service.d usr/lib/systemd/system/service.d
printf '[Service]\nTimeoutStopFailureMode=abort\n' > usr/lib/systemd/system/service.d/10-timeout-abort.conf
printf '[Service]\nEnvironment="KUBELET_EXTRA_ARGS=--anonymous-auth=true --read-only-port=10255"\n' > etc/systemd/system/service.d/20-site.conf
