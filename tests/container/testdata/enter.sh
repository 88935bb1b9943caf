# Runs in namespaces of its own: enter.sh <root> <app> <python>. Below root lies the image's tree at app, the base image's
# part is this machine's, read-only, and there is no network but loopback.
set -eu
root=$1 app=$2 python=$3
for dir in bin sbin lib lib64 usr etc "$(dirname "$(dirname "$python")")"; do
  [ -e "/${dir#/}" ] || continue
  mkdir -p "$root/${dir#/}"
  mount --bind "/${dir#/}" "$root/${dir#/}"
  mount -o remount,bind,ro "$root/${dir#/}"
done
mkdir -p "$root/dev" "$root/proc" "$root/tmp"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
chmod 1777 "$root/tmp"
mount --bind "$root$app" "$root$app"
mount -o remount,bind,ro "$root$app"
mount -t tmpfs -o mode=700,uid=10001,gid=10001,size=2g tmpfs "$root$app/.data"
ip link set lo up
ip address add 192.0.2.10/32 dev lo
exec chroot "$root" "$python" - "$app"
