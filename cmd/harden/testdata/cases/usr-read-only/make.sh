# The directory /usr is mounted read-only, as image based systems do.
mount --bind usr usr
mount -o remount,bind,ro usr
