import './.config/jest-setup';

// jsdom draws nothing: what Grafana's drop-downs measure of a text and of their own box.
HTMLCanvasElement.prototype.getContext = () => ({ measureText: () => ({ width: 0 }) });
Element.prototype.scrollIntoView = () => {};
global.IntersectionObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
AbortSignal.prototype.throwIfAborted ??= function () {
  if (this.aborted) {
    throw this.reason;
  }
};
