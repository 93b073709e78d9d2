// Runs a model in ONNX Runtime: node run.js MODEL FEATURES N WIDTH writes the labels,
// scores and probabilities of N rows of float32 in the file FEATURES to standard output, as
// JSON.
const ort = require('onnxruntime-node');
const fs = require('fs');

async function main() {
  const [model, file, rows, width] = process.argv.slice(2);
  const session = await ort.InferenceSession.create(model);
  const bytes = fs.readFileSync(file);
  const features = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const out = await session.run({features: new ort.Tensor('float32', features, [Number(rows), Number(width)])});
  const plain = {};
  for (const name of session.outputNames) plain[name] = {dims: out[name].dims, data: Array.from(out[name].data, Number)};
  process.stdout.write(JSON.stringify(plain));
}

main().catch(e => { console.error(e); process.exit(1); });
