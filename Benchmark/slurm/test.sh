#!/bin/bash
# Runs run.sbatch on a real single-node Slurm, which it sets up from Debian's packages (as root), and compares the merged store
# with an unsharded run. Leaves the services running; prints "slurm: equal" in the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
eval="$PWD/.build/release/specwiki-eval"
build="$PWD/.build/release/specwiki-build"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

command -v slurmctld > /dev/null || env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq slurm-wlm munge > /dev/null
host="$(hostname -s)"
mkdir -p /etc/slurm /var/spool/slurm-specwiki/{state,node} /run/munge /var/log/munge
cat > /etc/slurm/slurm.conf << CONF
ClusterName=specwiki
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=/var/spool/slurm-specwiki/state
SlurmdSpoolDir=/var/spool/slurm-specwiki/node
SlurmctldPidFile=/run/slurmctld-specwiki.pid
SlurmdPidFile=/run/slurmd-specwiki.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
chown -R munge: /run/munge /var/log/munge /etc/munge
pgrep -x munged > /dev/null || runuser -u munge -- munged
pgrep -x slurmctld > /dev/null || slurmctld
pgrep -x slurmd > /dev/null || slurmd
for _ in $(seq 60); do
    sinfo -h -o %T 2> /dev/null | grep -q idle && break
    sleep 1
done

"$build" generate Dumps/sample.xml.bz2 --pageviews Dumps/sample-pageviews-201905-user.bz2 --output "$work/store.sqlite" --quiet
options="--limit 12 --ratios 0.2 --null-concepts 4 --name demo --quiet"
mkdir "$work/shards"
array=$(sbatch --parsable --array=3-5 --output="$work/%A-%a.log" \
    --export="ALL,STORE=$work/store.sqlite,MODEL=$PWD/Benchmark/Demo/model,OUTPUT=$work/shards,SPECWIKI_EVAL=$eval,OPTIONS=$options" \
    Benchmark/slurm/run.sbatch)
sbatch --wait --dependency="afterok:$array" --kill-on-invalid-dep=yes --output="$work/merge.log" \
    --wrap "$eval merge $work/shards/*.sqlite --output $work/merged.sqlite" > /dev/null || {
    cat "$work"/*.log >&2
    exit 1
}
# Merging what is merged changes nothing.
"$eval" merge "$work/merged.sqlite" "$work/shards/shard-3.sqlite" --output "$work/again.sqlite" --quiet
cp "$work/store.sqlite" "$work/whole.sqlite"
"$eval" run "$work/whole.sqlite" --model Benchmark/Demo/model $options > /dev/null
for name in merged again whole; do "$eval" export "$work/$name.sqlite" --output "$work/$name" --masks --quiet; done
diff -r "$work/merged" "$work/whole"
diff -r "$work/again" "$work/whole"
echo "slurm: equal"
