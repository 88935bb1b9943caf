import { Notice } from "../../components/Notice";

/** Said where nothing can be published, whatever the plan and the channel. */
export const NotSetUp = () => (
  <Notice>
    <strong>Publishing to YouTube is not set up here.</strong> Whoever runs this service can set it up. Until then, download a
    video and upload it yourself.
  </Notice>
);
