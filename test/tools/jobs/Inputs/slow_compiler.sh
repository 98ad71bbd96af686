#!/bin/sh
# A compiler that takes longer than the two seconds after which progress is said.
sleep 3
exit 1
