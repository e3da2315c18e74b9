/**
 * The actions that the workflows use, each at one commit, because a tag can be moved to other code. The commits are
 * those that public repositories name for these releases; they could not be compared with GitHub itself.
 */
export const ACTIONS = {
  checkout: 'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2',
  'setup-node': 'actions/setup-node@6044e13b5dc448c55e2357c09f80417699197238 # v6.2.0',
  'upload-artifact': 'actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0',
  'download-artifact': 'actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0',
  'configure-aws-credentials':
    'aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 # v6.0.0',
} as const;
