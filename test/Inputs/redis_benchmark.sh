#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# redis_benchmark.sh FOLDER: a redis-server of its own in FOLDER, redis-benchmark against it over loopback, and its end.
set -eu
mkdir -p "$1"
cd "$1"
port=$((20000 + $$ % 20000))
redis-server --port "$port" --bind 127.0.0.1 --save "" --daemonize no --logfile server.log &
server=$!
until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.1; done
redis-benchmark -p "$port" -n 2000 -c 10 -t set,get,lpush -q >benchmark.log
redis-cli -p "$port" shutdown nosave
wait "$server"
echo served
