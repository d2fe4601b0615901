# An environment file goes over Environment=, wherever that stands; a variable in braces is one word.
mkdir -p etc/default etc/systemd/system/kubelet.service.d
printf '; of the site\nOTHER=x\nKUBELET_EXTRA_ARGS="--node-ip=10.99.0.10 \\\n --anonymous-auth=true"\n' > etc/default/kubelet
printf '[Service]\nEnvironment="KUBELET_EXTRA_ARGS=--anonymous-auth=false"\n' > etc/systemd/system/kubelet.service.d/20-site.conf
