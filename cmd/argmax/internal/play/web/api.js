// Requests to the server that the page came from.

const page = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("-");

// The number of requests that are not answered yet, which tests wait for.
const waiting = document.documentElement.dataset;
waiting.requests = 0;

// ask returns the answer to a request; a GET if there is no body. It throws an Error with
// the server's message.
export async function ask(path, body) {
  waiting.requests++;
  try {
    return await exchange(path, body);
  } finally {
    waiting.requests--;
  }
}

async function exchange(path, body) {
  let response;
  try {
    response = await fetch(path, body === undefined ? {} : {
      method: "POST",
      headers: { "Content-Type": "application/json", "Argmax-Page": page },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The server does not answer: is argmax play still running?");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

// latest returns a function that runs work, which is asynchronous, at once, and if it is
// already running, once more when that ends: there is never more than one request on its
// way, and the last state is never missed.
export function latest(work) {
  let running = null, again = false;
  return function run() {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await work();
      } while (again);
    })().finally(() => { running = null; });
    return running;
  };
}

// report shows an error to the user, or removes the one that is shown.
export function report(error) {
  const p = document.getElementById("problem");
  p.hidden = !error;
  p.textContent = error ? error.message : "";
}

// regions returns the bytes of a picture in an answer.
export function regions(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
