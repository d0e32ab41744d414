// Reads what is filled in on one surface, as {block_id: {action_id: value}}.

const READ = {
  plain_text_input: (field) => field.value,
  datepicker: (field) => field.value || null,
  timepicker: (field) => field.value || null,
  static_select: (field) => field.value || null,
  users_select: (field) => field.value || null,
  conversations_select: (field) => field.value || null,
  radio_buttons: (field, surface) => ticked(field, surface)[0] ?? null,
  checkboxes: (field, surface) => ticked(field, surface),
  multi_static_select: (field, surface) => ticked(field, surface),
  multi_users_select: (field, surface) => ticked(field, surface),
  multi_conversations_select: (field, surface) => ticked(field, surface),
};

function ticked(field, surface) {
  const { blockId, actionId } = field.dataset;
  const all = surface.querySelectorAll(`input[data-block-id="${CSS.escape(blockId)}"][data-action-id="${CSS.escape(actionId)}"]`);
  return [...all].filter((one) => one.checked).map((one) => one.value);
}

export const valueOf = (field, surface) => (READ[field.dataset.type] ? READ[field.dataset.type](field, surface) : field.dataset.value || null);

export function valuesOf(surface) {
  const values = {};
  for (const field of surface.querySelectorAll("[data-type]")) {
    if (!READ[field.dataset.type]) continue;
    const { blockId, actionId } = field.dataset;
    (values[blockId] ||= {})[actionId] = valueOf(field, surface);
  }
  return values;
}
