# shellcheck shell=bash disable=SC2034 # sourced by build, up, in and down, which use the variables
# Where the nodes of a machine lie, how one is found again and how it is removed.

kubernetes=1.34.1
kubernetes=${K8S:-$kubernetes} # another version; 1.30.14 and 1.36.3 were seen to build, too
minor=${kubernetes#1.}
minor=${minor%%.*}
etcd=3.6.5

cache=${HARDEN_NODE_CACHE:-$HOME/.cache/harden-node}
binaries=$cache/bin-$kubernetes
images=$cache/images-$kubernetes
# Node names and sysctls belong to the machine, not to a cache, and end with its boot.
state=/run/harden-node

# What a booting node sets for the whole machine: the kubelet (unless protectKernelDefaults is on) and Debian's sysctl.d.
# The net.* ones belong to a network namespace, so to the node alone.
sysctls=(
  vm/overcommit_memory vm/panic_on_oom
  kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes
  fs/inotify/max_user_instances # set below
  kernel/pid_max fs/protected_fifos fs/protected_hardlinks fs/protected_regular fs/protected_symlinks
)

say() { echo "${0##*/}: $*" >&2; }
die() { say "$@"; exit 1; }

need_root() { [[ $EUID == 0 ]] || die "needs root"; }

# check_name NAME refuses what is not a host name: it becomes part of paths that are removed.
check_name() { [[ $1 =~ ^[a-z][a-z0-9-]{0,30}$ ]] || die "'$1' is not a node name: lower-case letters, digits and dashes"; }

# need COMMAND PACKAGE installs a package where its command is missing.
need() {
  command -v "$1" >/dev/null && return
  say "installing $2"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}

# supervisor NAME prints the process id of a node's systemd-nspawn and fails where it does not run. The recorded number
# may since belong to another process, so its command line must name the node's tree.
supervisor() {
  local pid
  pid=$(cat "$state/$1/pid" 2>/dev/null) || return 1
  grep -qszxF -- "--directory=$cache/nodes/$1" "/proc/$pid/cmdline" || return 1
  echo "$pid"
}

# leader NAME prints the process id that the node's PID 1 has on the machine.
leader() {
  local pid children
  pid=$(supervisor "$1") || return 1
  children=$(<"/proc/$pid/task/$pid/children")
  [[ -n $children ]] && echo "${children%% *}"
}

# lock_node NAME waits for other commands on the same node. What a killed `up` left running (a copy of the tree)
# holds the lock too; the node itself does not.
lock_node() {
  mkdir -p "$state"
  exec 9>"$state/$1.lock"
  flock -w 120 9 || die "another command is busy with node $1"
}

# All nodes together have the machine's inotify instances. The usual 128 are too few for six nodes: containerd then starts
# without its CRI.
inotify=512

# register_node NAME notes that a node exists. The first one also records the sysctls that nodes change.
register_node() (
  exec 8>"$state/lock"
  flock 8
  mkdir -p "$state/$1"
  [[ -f $state/sysctls ]] && return
  for name in "${sysctls[@]}"; do
    [[ -f /proc/sys/$name ]] && echo "$name $(cat "/proc/sys/$name")"
  done >"$state/sysctls.new"
  mv "$state/sysctls.new" "$state/sysctls"
  (($(</proc/sys/fs/inotify/max_user_instances) >= inotify)) || echo "$inotify" >/proc/sys/fs/inotify/max_user_instances
)

# forget_node NAME is the reverse. The last one puts the sysctls back.
forget_node() (
  exec 8>"$state/lock"
  flock 8
  rm -rf "${state:?}/$1"
  others=("$state"/*/)
  [[ ! -d ${others[0]} && -f $state/sysctls ]] || return 0
  while read -r name value; do
    [[ $(cat "/proc/sys/$name") == "$value" ]] || echo "$value" >"/proc/sys/$name"
  done <"$state/sysctls"
  rm "$state/sysctls"
)

# option_of NAME FILE prints what `up` noted of a node: its bridge, or the other version that it holds. Nothing where it noted nothing.
option_of() {
  [[ ! -f $state/$1/$2 ]] || cat "$state/$1/$2"
}

# make_bridge BRIDGE makes the network that several nodes share, unless it is there. The machine has no address in it.
make_bridge() (
  exec 8>"$state/lock"
  flock 8
  [[ -d /sys/class/net/$1/bridge ]] && return
  ip link add "$1" type bridge
  ip link set "$1" up
)

# remove_bridge BRIDGE removes it once no node is left in it.
remove_bridge() (
  exec 8>"$state/lock"
  flock 8
  grep -qsxF -- "$1" "$state"/*/bridge && return
  [[ ! -d /sys/class/net/$1/bridge ]] || ip link delete "$1"
)

# remove_node NAME stops a node, however far it got, and removes all of it but its logs.
remove_node() {
  local bridge
  bridge=$(option_of "$1" bridge)
  stop_node "$1"
  remove_cgroups "$1"
  rm -rf --one-file-system "$cache/nodes/$1" # a mount left below must never be emptied
  forget_node "$1"
  [[ ! $bridge ]] || remove_bridge "$bridge"
}

# close_inherited closes what the caller of a script holds open, a lock for one: the node outlives the script.
close_inherited() {
  local fd
  for fd in "/proc/$BASHPID/fd"/*; do
    fd=${fd##*/}
    ((fd <= 2 || fd == 255)) || eval "exec $fd>&-" # 255 is where bash reads the script
  done
}

# start_node NAME boots a node's tree, in a session of its own, so that it outlives the script that has it in the background.
start_node() (
  own_unit=()
  if [[ ! -d /run/systemd/system ]]; then # no systemd on the machine that could give the node a scope
    enter_cgroups "$1"
    own_unit=(--keep-unit)
  fi
  echo "$BASHPID" >"$state/$1/pid" # exec keeps it: there is no moment at which the node runs unrecorded
  binds=(--bind=/dev/kmsg)
  [[ ! -d $images ]] || binds+=("--bind-ro=$images:/opt/images")
  other=$(option_of "$1" other)
  [[ ! $other ]] || binds+=("--bind-ro=$cache/images-$other:/opt/kubernetes-$other/images" "--bind-ro=$cache/bin-$other:/opt/kubernetes-$other/bin")
  network=--private-network
  bridge=$(option_of "$1" bridge)
  [[ ! $bridge ]] || network=--network-bridge=$bridge
  # API_VFS_WRITABLE: the kubelet writes sysctls. @mount, bpf: runc. /dev/kmsg: the kubelet's OOM watcher ends without it.
  export SYSTEMD_NSPAWN_API_VFS_WRITABLE=1
  exec setsid systemd-nspawn --quiet --directory="$cache/nodes/$1" --machine="$1" --hostname="$1" --boot \
    --register=no "${own_unit[@]}" "$network" --resolv-conf=off --console=read-only \
    --capability=all --system-call-filter='@mount @keyring bpf perf_event_open' \
    "${binds[@]}"
)

# stop_node NAME kills PID 1, with which the kernel ends every process of the node, and then waits for the supervisor.
stop_node() {
  local pid child
  pid=$(supervisor "$1") || return 0
  for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
    kill -KILL "$child" 2>/dev/null || say "process $child of node $1 had ended already"
  done
  for _ in $(seq 50); do
    supervisor "$1" >/dev/null || return 0
    sleep 0.2
  done
  kill -KILL "$pid"
}

# enter_cgroups NAME moves the calling shell into a cgroup of the node's own, below its present one, in every hierarchy.
# In a common one each kubelet takes the pods of the other nodes for orphans and kills them.
enter_cgroups() {
  local lines line controllers path dir
  mapfile -t lines </proc/self/cgroup # as a whole, because the moves change it
  for line in "${lines[@]}"; do
    IFS=: read -r _ controllers path <<<"$line"
    dir=/sys/fs/cgroup/${controllers#name=}
    [[ -z $controllers && -d /sys/fs/cgroup/unified ]] && dir=/sys/fs/cgroup/unified
    [[ -d $dir ]] || continue
    dir=${dir%/}${path%/}/harden-node-$1
    echo "$dir" >>"$state/$1/cgroups"
    mkdir -p "$dir"
    if [[ $controllers == cpuset ]]; then # an empty set, which a new one has, takes no process
      cat "$dir/../cpuset.cpus" >"$dir/cpuset.cpus"
      cat "$dir/../cpuset.mems" >"$dir/cpuset.mems"
    fi
    echo "$BASHPID" >"$dir/cgroup.procs"
  done
}

# remove_cgroups NAME removes what enter_cgroups made, when the kernel has let go of the ended processes.
remove_cgroups() {
  local dir
  [[ -f $state/$1/cgroups ]] || return 0
  while read -r dir; do
    for _ in $(seq 25); do
      [[ -d $dir ]] || break
      find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.2
    done
    [[ ! -d $dir ]] || say "cannot remove cgroup $dir"
  done <"$state/$1/cgroups"
}
