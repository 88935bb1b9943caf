import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { useSession } from "../api/useSession";
import { Skeleton } from "../components/Skeleton";
import { underWay } from "../features/editor/underWay";
import { LoginPage } from "../pages/LoginPage";
import { ErrorBoundary } from "./ErrorBoundary";
import { OfflineBar } from "./OfflineBar";
import { ProtectedRoute } from "./ProtectedRoute";
import { Shell } from "./Shell";
import {
  AccountPage,
  BillingPage,
  CreateVideoPage,
  EditVideoPage,
  InvitationPage,
  KeepAccountPage,
  NotFoundPage,
  UploadsPage,
  UsagePage,
  VerifyPage,
  VideoPage,
  VideosPage,
  YouTubePage,
} from "./pages";
import { createQueries } from "./queries";

export function App() {
  const [queries] = useState(createQueries);
  const session = useSession();
  // What one person's pages have read, or are sending, is not for the next one.
  const owner = session.status === "signed-in" ? session.user.user_id : undefined;
  useEffect(
    () => () => {
      void underWay.cancel("");
      queries.clear();
    },
    [queries, owner],
  );
  return (
    <QueryClientProvider client={queries}>
      <BrowserRouter>
        <OfflineBar />
        <ErrorBoundary>
          <Suspense fallback={<Skeleton height={20} label="Loading the page" />}>
            <Routes>
              <Route path="/login" element={<LoginPage />} />
              <Route path="/auth/verify" element={<VerifyPage />} />
              <Route path="/invitation" element={<InvitationPage />} />
              <Route path="/account/keep" element={<KeepAccountPage />} />
              <Route path="/youtube" element={<YouTubePage />} />
              <Route element={<ProtectedRoute />}>
                <Route element={<Shell />}>
                  <Route path="/" element={<CreateVideoPage />} />
                  <Route path="/projects/:id" element={<EditVideoPage />} />
                  <Route path="/videos" element={<VideosPage />} />
                  <Route path="/videos/:id" element={<VideoPage />} />
                  <Route path="/usage" element={<UsagePage />} />
                  <Route path="/uploads" element={<UploadsPage />} />
                  <Route path="/billing" element={<BillingPage />} />
                  <Route path="/account/:section?" element={<AccountPage />} />
                </Route>
              </Route>
              <Route path="*" element={<NotFoundPage />} />
            </Routes>
          </Suspense>
        </ErrorBoundary>
      </BrowserRouter>
    </QueryClientProvider>
  );
}
