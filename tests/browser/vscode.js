// A notebook page as VS Code makes it: its widget manager, and requirejs for all other widgets.
// The kernel is Python's: what is in `outbox` is sent to it, and `receive` gets what it says.

const outbox = [], comms = new Map(), targets = new Map(), pending = new Map();
const signal = () => ({ connect() {}, disconnect() {} });
const encode = (buffer) => {
  const view = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
  return btoa(Array.from(view, (byte) => String.fromCharCode(byte)).join(""));
};
const decode = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

function send(type, content, metadata = {}, buffers = []) {
  const id = `page-${outbox.count = (outbox.count || 0) + 1}`;
  outbox.push({ id, type, content, metadata, buffers: (buffers || []).map(encode) });
  const future = { msg: { header: { msg_id: id, msg_type: type }, content }, dispose() {} };
  future.done = new Promise((resolve) => { future.resolve = resolve; });
  pending.set(id, future);
  return future;
}

class Comm {
  constructor(targetName, commId) {
    Object.assign(this, { targetName, commId, isDisposed: false });
    comms.set(commId, this);
  }
  say(type, data, metadata, buffers, more = {}) {
    return send(type, { comm_id: this.commId, data: data || {}, ...more }, metadata, buffers);
  }
  open(data, metadata, buffers) {
    return this.say("comm_open", data, metadata, buffers, { target_name: this.targetName });
  }
  send(data, metadata, buffers) { return this.say("comm_msg", data, metadata, buffers); }
  close(data, metadata, buffers) {
    comms.delete(this.commId);
    return this.say("comm_close", data, metadata, buffers);
  }
}

const kernel = {
  id: "kernel", name: "python3", clientId: "page", username: "", status: "idle",
  connectionStatus: "connected", handleComms: true, model: { id: "kernel", name: "python3" },
  statusChanged: signal(), connectionStatusChanged: signal(), iopubMessage: signal(),
  unhandledMessage: signal(), anyMessage: signal(), disposed: signal(),
  createComm: (target, id = `comm-${Math.random()}`) => new Comm(target, id),
  registerCommTarget: (name, callback) => targets.set(name, callback),
  removeCommTarget: (name) => targets.delete(name),
  requestCommInfo: async (content) => send("comm_info_request", content).done,
};

// One message at a time, in order: a model must exist before what is said to it.
let queue = Promise.resolve();
function receive(message) { queue = queue.then(() => handle(message)).catch(console.error); }

async function handle(message) {
  const { header: { msg_type: type }, parent_header: parent, content } = message;
  message.buffers = message.buffers.map(decode);
  const future = pending.get(parent.msg_id);
  if (message.channel === "shell") {
    future?.onReply?.(message);
    return future?.resolve(message);
  }
  if (type === "comm_open") {
    const comm = new Comm(content.target_name, content.comm_id);
    await targets.get(content.target_name)?.(comm, message);
  } else if (type === "comm_msg") {
    await comms.get(content.comm_id)?.onMsg?.(message);
  } else if (type === "comm_close") {
    comms.get(content.comm_id)?.onClose?.(message);
    comms.delete(content.comm_id);
  } else if (content.data?.["application/vnd.jupyter.widget-view+json"]) {
    display(content.data["application/vnd.jupyter.widget-view+json"]);  // not awaited: it may ask
  }
  future?.onIOPub?.(message);
}

let manager;
async function start() {
  const { activate } = await import("/vscode/dist/ipywidgets.js");
  activate();
  window.vscIPyWidgets8.load();
  // As VS Code: what the environment has in share/jupyter/nbextensions.
  const loader = {
    widgetsRegisteredInRequireJs: new Set(), successHandler() {},
    errorHandler: (...what) => console.error("no class", ...what.map(String)),
    loadWidgetScript: async (name) =>
      requirejs.config({ paths: { [name]: `/nbextensions/${name}/index` } }),
  };
  manager = new window.vscIPyWidgets.WidgetManager(kernel, document.body, loader, () => {});
}

async function display(view) {
  const output = document.createElement("div");
  output.className = "cell-output-ipywidget-background";
  Object.entries({ tabindex: "0", role: "region", "aria-label": "Interactive widget output" })
    .forEach(([name, value]) => output.setAttribute(name, value));
  document.body.append(output);
  const model = await manager.get_model(view.model_id);
  await manager.display_view(view, await manager.create_view(model, { el: output }),
    { node: output });
}

window.page = { start, receive, take: () => outbox.splice(0) };
