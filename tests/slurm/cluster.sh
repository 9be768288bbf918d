# shellcheck shell=bash
# Sourced: a SLURM of two nodes, n1 and n2, on this machine. Needs root and the packages of the group slurm
# (jobs/packages).
#
# Each node is a set of namespaces of its own: a host name, because locks that other hosts left are what goes wrong; /tmp
# and /dev/shm, because PMIx's directories would collide; and process numbers, because the end of a node's first process
# is then the end of all its processes, as when a machine loses its power. Every daemon is a child of the shell that
# sourced this, and is ended by its number.
#
#   cluster_start DIR     DIR is seen by both nodes, so it must lie outside of /tmp
#   node_start NAME       boots a node (again)
#   node_kill NAME        takes its power away
#   cluster_stop

declare -A daemon=() # process numbers: munged, slurmctld, n1, n2

cluster_configuration() {
  cat <<CONF
ClusterName=dewpoint
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$((port))
AuthType=auth/munge
AuthInfo=socket=$cluster/munge/socket,cred_expire=5
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$cluster/state
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmctldLogFile=$cluster/log/slurmctld
SlurmdSpoolDir=$cluster/spool/%n
SlurmdPidFile=$cluster/slurmd-%n.pid
SlurmdLogFile=$cluster/log/slurmd-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,bf_interval=1,sched_interval=1,sched_min_interval=0
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobRequeue=1
MpiDefault=pmix
ReturnToService=2
SlurmdParameters=config_overrides
KillWait=10
MinJobAge=3600
SlurmdTimeout=10
SlurmctldTimeout=10
MessageTimeout=60
MailProg=/bin/true
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=6 CoresPerSocket=6 State=UNKNOWN
NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=6 CoresPerSocket=6 State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
}

node_start() {
  rm -rf "$cluster/spool/$1"/*pmix.* # PMIx of a step cannot start where one of the same number was killed
  unshare --mount --uts --pid --fork --mount-proc --kill-child bash -c '
    hostname "$1"
    mount -t tmpfs tmpfs /tmp
    mount -t tmpfs tmpfs /dev/shm
    slurmd -D -N "$1" & # not exec: the first process of a node must take in orphans
    wait' node "$1" >"$cluster/log/$1" 2>&1 </dev/null &
  daemon[$1]=$!
}

node_kill() {
  kill -KILL "${daemon[$1]}"
  { wait "${daemon[$1]}" || true; } 2>/dev/null
  unset "daemon[$1]"
}

# cluster_wait COUNT: until so many nodes are there, half a minute at most
cluster_wait() {
  local _
  for _ in $(seq 300); do
    [ "$(sinfo -h -N -t idle,mixed,allocated -o %n 2>/dev/null | wc -l)" -ge "$1" ] && return
    sleep .1
  done
  echo "SLURM has not its nodes:" && sinfo -N -l
  tail -n 20 "$cluster"/log/*
  return 1
}

cluster_start() {
  cluster=$1
  port=$((20000 + $$ % 10000))
  mkdir -p "$cluster"/{munge,state,log,spool}
  head -c 1024 /dev/urandom >"$cluster/munge/key"
  chmod 711 "$cluster" "$cluster/munge"
  chmod 600 "$cluster/munge/key"
  export SLURM_CONF=$cluster/slurm.conf
  cluster_configuration >"$SLURM_CONF"
  munged --foreground --force --key-file="$cluster/munge/key" --socket="$cluster/munge/socket" \
    --pid-file="$cluster/munge/pid" --log-file="$cluster/munge/log" --seed-file="$cluster/munge/seed" \
    >"$cluster/log/munged" 2>&1 &
  daemon[munged]=$!
  local _
  for _ in $(seq 100); do
    [ -S "$cluster/munge/socket" ] && break
    sleep .05
  done
  slurmctld -D >"$cluster/log/controller" 2>&1 &
  daemon[slurmctld]=$!
  node_start n1
  node_start n2
  cluster_wait 2
}

cluster_stop() {
  local name
  for name in n1 n2 slurmctld munged; do
    [ -z "${daemon[$name]:-}" ] || kill -KILL "${daemon[$name]}" 2>/dev/null || true
  done
  { wait || true; } 2>/dev/null
}
