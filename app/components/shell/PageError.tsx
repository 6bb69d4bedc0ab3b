import type { ReactNode } from "react";
import { isRouteErrorResponse, useLocation, useRouteError } from "react-router";
import { ButtonLink } from "../Button.tsx";
import { ErrorState, NotAllowedState, NoHitState } from "../EmptyState.tsx";

/** Why a page inside the frame could not be shown. `what` names it in a sentence: `The list of exceptions`. */
export function PageError({ what, back }: { what: string; back?: { label: string; to: string } }): ReactNode {
  const error = useRouteError();
  const { pathname, search } = useLocation();
  const status = isRouteErrorResponse(error) ? error.status : 500;
  const said = isRouteErrorResponse(error) && typeof error.data === "string" && error.data !== "" ? error.data : null;
  const home = back ?? { label: "To the control tower", to: "/" };
  return (
    <div className="panel">
      {status === 403 ? (
        <NotAllowedState title="This is outside your scope" actions={<ButtonLink to={home.to}>{home.label}</ButtonLink>}>
          It belongs to another facility or needs another role. Ask an administrator if you need it.
        </NotAllowedState>
      ) : status === 404 ? (
        <NoHitState title={`${what} was not found`} actions={<ButtonLink to={home.to}>{home.label}</ButtonLink>}>
          {said ?? "It does not exist, or it belongs to a facility outside your scope."}
        </NoHitState>
      ) : status === 400 ? (
        <ErrorState title="This address asks for something that does not exist" actions={<ButtonLink to={pathname}>Without filters</ButtonLink>}>
          {said ? `${said.replace(/^./, (first) => first.toUpperCase())}. ` : "One of its filters is not known. "}
          An old bookmark or a typing error can be the reason.
        </ErrorState>
      ) : (
        <ErrorState title={`${what} could not be loaded`} actions={<ButtonLink to={`${pathname}${search}`}>Try again</ButtonLink>}>
          Nothing is lost and nothing was sent. If it happens again, tell IT support what you were looking at.
        </ErrorState>
      )}
    </div>
  );
}
