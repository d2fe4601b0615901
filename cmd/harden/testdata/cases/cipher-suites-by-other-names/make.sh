# Good suites by the second name of one, and suites of TLS 1.3.
echo 'tlsCipherSuites: [TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256] # of the site' >> var/lib/kubelet/config.yaml
sed -i 's|^    - --allow-privileged=true$|&\n    - --tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384|' etc/kubernetes/manifests/kube-apiserver.yaml
