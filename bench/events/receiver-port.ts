/** Port of the receiver, which the settings name before it runs. */
export const RECEIVER_PORT = 18_437;
