/** Sends a picture to the address of a ticket, as a browser's form does. */

export async function upload(
  ticket: { readonly url: string; readonly fields: Readonly<Record<string, string>> } | undefined,
  picture: Uint8Array<ArrayBuffer>,
): Promise<number> {
  if (!ticket) throw new Error('Expected a ticket, received none');
  const form = new FormData();
  for (const [name, value] of Object.entries(ticket.fields)) form.append(name, value);
  form.append('file', new Blob([picture]));
  return (await fetch(ticket.url, { method: 'POST', body: form })).status;
}
