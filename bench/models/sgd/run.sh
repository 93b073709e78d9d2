#!/usr/bin/env bash
# Alternates argmax with its rivals on one core, and prints the shortest times, in seconds of
# the processor, and their ratios:
#
#	bench/models/sgd/run.sh DIR [ROUNDS]
#
# DIR holds Fashion-MNIST or MNIST. It needs g++, and from Debian libdnnl-dev and
# python3-sklearn.
set -euo pipefail
data=$(realpath "$1")
rounds=${2:-5}
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
for f in {train,t10k}-{images-idx3,labels-idx1}-ubyte; do
  if [ -f "$data/$f" ]; then ln -s "$data/$f" "$work/$f"; else gunzip -c "$data/$f.gz" > "$work/$f"; fi
done
g++ -O3 -march=native -ffast-math -fno-math-errno rivals/sgd.cc -ldnnl -o "$work/rival"
go build -o "$work/ours" .
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 GOMAXPROCS=1
isas=avx2
grep -q avx512vl /proc/cpuinfo && isas="avx512 avx2"

# run NAME COMMAND... keeps the smallest first number that the command prints.
declare -A least
run() {
  local name=$1 t
  t=$("${@:2}" 2> /dev/null)
  echo "$name: $t" >&2
  t=${t%% *}
  if [ -z "${least[$name]:-}" ] || awk "BEGIN { exit !($t < ${least[$name]}) }"; then least[$name]=$t; fi
}
python=/usr/bin/python3
for ((i = 0; i < rounds; i++)); do
  run "epoch, C++" "$work/rival" "$work" 6
  run "epoch, C++, AVX2" env ONEDNN_MAX_CPU_ISA=AVX2 "$work/rival" "$work" 6
  run "epoch, C++ from bytes" "$work/rival" "$work" 6 bytes
  run "epoch, numpy" $python rivals/sgd.py "$work" numpy 3
  run "predict, scikit-learn" $python rivals/sgd.py "$work" predict 30
  for isa in $isas; do
    run "epoch, floats, $isa" env ARGMAX_ISA=$isa "$work/ours" "$work" floats 6
    run "epoch, bytes, $isa" env ARGMAX_ISA=$isa "$work/ours" "$work" bytes 6
    run "hinge, $isa" env ARGMAX_ISA=$isa "$work/ours" "$work" hinge 20
    run "logistic, $isa" env ARGMAX_ISA=$isa "$work/ours" "$work" logistic 20
    run "predict, $isa" env ARGMAX_ISA=$isa "$work/ours" "$work" predict 30
  done
done
run "hinge, SGDClassifier" $python rivals/sgd.py "$work" hinge 20
run "logistic, SGDClassifier" $python rivals/sgd.py "$work" log_loss 20

for isa in $isas; do
  while read -r ours rival; do
    ours=${ours//_/ } rival=${rival//_/ }
    awk -v o="${least[$ours]}" -v r="${least[$rival]}" -v n="$ours" -v m="$rival" \
      'BEGIN { printf "%-28s %9.5f s   %-24s %9.5f s   / %.2f\n", n, o, m, r, r / o }'
  done << END
epoch,_floats,_$isa epoch,_C++
epoch,_bytes,_$isa epoch,_C++
epoch,_floats,_$isa epoch,_C++,_AVX2
epoch,_bytes,_$isa epoch,_C++,_AVX2
epoch,_bytes,_$isa epoch,_C++_from_bytes
epoch,_bytes,_$isa epoch,_numpy
hinge,_$isa hinge,_SGDClassifier
logistic,_$isa logistic,_SGDClassifier
predict,_$isa predict,_scikit-learn
END
done
