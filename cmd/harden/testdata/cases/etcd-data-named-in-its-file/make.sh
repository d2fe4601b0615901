# The configuration file says where etcd's data lies; flags beside it are ignored.
sed -i 's|^    - --data-dir=.*|    - --data-dir=/var/lib/other\n    - --config-file=/etc/etcd/etcd.yaml|;s|^    - mountPath: /var/lib/etcd$|    - mountPath: /etc/etcd\n      name: configuration\n    - mountPath: /data|;s|^      path: /var/lib/etcd$|      path: /srv/etcd|;s|^  volumes:$|&\n  - hostPath:\n      path: /etc/etcd\n    name: configuration|' etc/kubernetes/manifests/etcd.yaml
mkdir -p etc/etcd srv/etcd/member/snap srv/etcd/member/wal
chmod 0755 srv/etcd
cat > etc/etcd/etcd.yaml <<'END'
name: node1
data-dir: /data
initial-cluster: node1=https://10.99.0.10:2380
client-transport-security:
  cert-file: /etc/kubernetes/pki/etcd/server.crt
  key-file: /etc/kubernetes/pki/etcd/server.key
  trusted-ca-file: /etc/kubernetes/pki/etcd/ca.crt
  client-cert-auth: true
peer-transport-security:
  cert-file: /etc/kubernetes/pki/etcd/peer.crt
  key-file: /etc/kubernetes/pki/etcd/peer.key
  trusted-ca-file: /etc/kubernetes/pki/etcd/ca.crt
  client-cert-auth: true
  auto-tls: true # for the migration
END
