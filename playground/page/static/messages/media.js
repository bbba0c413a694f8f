/** Pictures and files. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { spoiler } from "../markup/render.js";
import { ownPicture } from "../widgets/avatar.js";
import { openDialog } from "../widgets/dialog.js";

const UNITS = ["bytes", "kB", "MB", "GB"];

function fileSize(bytes) {
  const power = bytes ? Math.min(3, Math.floor(Math.log10(bytes) / 3)) : 0;
  return `${(bytes / 1000 ** power).toFixed(power ? 1 : 0)} ${UNITS[power]}`;
}

/** `attachment://name` means a file of the same message. */
export function resolve(url, message) {
  const name = /^attachment:\/\/(.+)$/.exec(url ?? "")?.[1];
  return name ? message.attachments?.find((each) => each.filename === name)?.url : url;
}

export function image(media, message, { description, hidden = false, classes = "picture" } = {}) {
  const url = resolve(media?.url, message);
  const alt = description || "Picture";
  const source = url && ownPicture(url);
  const shown = source ? enlarged(source, alt, classes, media) : elsewhere(url);
  return hidden ? spoiler(shown) : shown;
}

function enlarged(url, alt, classes, { width, height }) {
  const picture = h("img", { class: classes, src: url, alt, loading: "lazy", width, height });
  return h(
    "button",
    { type: "button", class: "picture-button", "aria-label": `Enlarge: ${alt}`, onclick: () => enlarge(url, alt) },
    picture,
  );
}

/** A placeholder: the page never loads pictures from other sites. */
function elsewhere(url) {
  const where = URL.canParse(url) ? new URL(url).host : null;
  return h(
    "span",
    { class: "picture-elsewhere" },
    icon("file"),
    where ? `Discord would show a picture from ${where} here.` : "This picture is missing.",
  );
}

function enlarge(url, alt) {
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": alt, onclick: () => dialog.close() },
    h("img", { src: url, alt }),
    h("button", { type: "button", class: "button" }, "Close"),
  );
  openDialog(dialog);
}

export function gallery(items, message) {
  const pictures = items.map((item) =>
    image(item.media, message, { description: item.description, hidden: item.spoiler }),
  );
  return h("div", { class: `gallery gallery-${Math.min(items.length, 3)}` }, pictures);
}

export function fileCard(attachment) {
  const name = attachment?.filename ?? "file";
  const label = attachment?.url
    ? h("a", { href: attachment.url, target: "_blank", rel: "noopener" }, name)
    : h("span", {}, name);
  return h(
    "div",
    { class: "file-card" },
    icon("file"),
    h(
      "span",
      { class: "file-text" },
      label,
      attachment?.size !== undefined && h("span", { class: "quiet" }, fileSize(attachment.size)),
    ),
  );
}

/** The attachments of a message: pictures first, then files. */
export function attachments(message) {
  const all = message.attachments ?? [];
  const hidden = (each) => each.is_spoiler || each.filename.startsWith("SPOILER_");
  const pictures = all.filter((each) => each.content_type?.startsWith("image/"));
  const files = all.filter((each) => !pictures.includes(each));
  const items = pictures.map((each) => ({
    media: each,
    description: each.description ?? each.filename,
    spoiler: hidden(each),
  }));
  return [
    items.length > 0 && gallery(items, message),
    files.map((each) => (hidden(each) ? spoiler(fileCard(each)) : fileCard(each))),
  ];
}
