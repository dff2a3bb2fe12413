"""The factory: puts settings, extensions, features and their connections together.

The only module that knows all features.
"""

import logging
import sys

from flask import Flask, appcontext_pushed
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from forum import cli
from forum.attestation import handlers as attestation_handlers
from forum.attestation import views as attestation_views
from forum.audit.operations import record
from forum.core import logs
from forum.core.cipher import FieldCipher
from forum.core.db import WRITING, db, operation, prepare
from forum.core.paths import DATA, MIGRATIONS, STATIC, TEMPLATES, private_folder
from forum.core.services import IN_FORCE, Services
from forum.core.settings import Misconfigured, Settings
from forum.desk import views as desk_views
from forum.directory import handlers as directory_handlers
from forum.directory import views as directory_views
from forum.directory.standing import actor_for
from forum.discussion import handlers as discussion_handlers
from forum.discussion import views as discussion_views
from forum.drafts import browser as drafts
from forum.home import views as home_views
from forum.leaving import views as leaving_views
from forum.mailboxes import handlers as mailboxes_handlers
from forum.mailboxes import views as mailboxes_views
from forum.moderation import views as moderation_views
from forum.notifications import handlers as notifications_handlers
from forum.owndata import views as owndata_views
from forum.people import views as people_views
from forum.policy import ANONYMOUS, Actor
from forum.recovery import handlers as recovery_handlers
from forum.recovery import views as recovery_views
from forum.signin import handlers as signin_handlers
from forum.signin import views as signin_views
from forum.signin.operations import keep_state, resume_session
from forum.vetting import handlers as vetting_handlers
from forum.vetting import views as vetting_views
from forum.web import access, errors, headers, limits, numbers, static, templating
from forum.web.forms import KEPT_FORMS
from forum.web.session import BrowserSession, ServerSideSessions, SessionStore

csrf = CSRFProtect()


def create_app(settings: Settings | None = None) -> Flask:
    """A site with these settings; by default those of the environment.

    Raises Misconfigured with a sentence that says what to set, and RuntimeError if an endpoint
    does not say who may use it.
    """
    settings = settings or Settings.load()
    app = Flask(
        "forum",
        root_path=str(DATA),
        template_folder=str(TEMPLATES),
        static_folder=str(STATIC),
        static_url_path="/static/" + static.fingerprint(STATIC),
    )
    _configure(app, settings)
    _connect_services(app, settings)
    _connect_database(app, settings)
    _connect_web(app, settings)
    for views in (
        home_views, signin_views, discussion_views, directory_views, people_views, vetting_views,
        desk_views, moderation_views, leaving_views, mailboxes_views, owndata_views, recovery_views,
        attestation_views,
    ):  # fmt: skip
        app.register_blueprint(views.pages)
    signin_handlers.subscribe_all()
    directory_handlers.subscribe_all()
    discussion_handlers.subscribe_all()
    vetting_handlers.subscribe_all()
    mailboxes_handlers.subscribe_all()
    attestation_handlers.subscribe_all()
    notifications_handlers.subscribe_all()
    recovery_handlers.subscribe_all()
    cli.register(app)
    access.require_marks(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.secret_key = settings.secret_key
    app.config.update(
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=200,
        WTF_CSRF_CHECK_DEFAULT=False,  # forum.web.access asks for it, at every POST
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=not settings.is_plain_http,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True},
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DEFAULT_TIMEZONE="UTC",
    )
    logs.install(settings)


def _connect_services(app: Flask, settings: Settings) -> None:
    services = Services(settings, FieldCipher(settings.field_keys))

    def put_in_force(_app: Flask, **_: object) -> None:
        IN_FORCE.set(services)

    appcontext_pushed.connect(put_in_force, app, weak=False)


def _connect_database(app: Flask, settings: Settings) -> None:
    private_folder(settings.data_dir)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)

    @app.teardown_appcontext
    def done(_error: BaseException | None) -> None:
        WRITING.set(False)


def _connect_web(app: Flask, settings: Settings) -> None:
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    static.install(app, STATIC)
    app.session_interface = ServerSideSessions(SessionStore(load=resume_session, keep=keep_state))
    csrf.init_app(app)
    headers.install(app)
    numbers.install(app)
    access.install(app, csrf, access.Doors(load_actor=_load_actor, keep_typed=drafts.keep_typed))
    app.extensions[KEPT_FORMS] = drafts.kept_fields
    drafts.install(app)
    limits.install(app, settings, signin_views.known_browser)
    errors.install(app, _record_refusal)
    templating.install(app)


def _load_actor(session: BrowserSession) -> Actor:
    """Whose session it is, and whom that member represents today."""
    return ANONYMOUS if session.member_id is None else actor_for(session.member_id)


@operation
def _record_refusal(actor: Actor, outcome: str, what: str) -> None:
    record(actor, "page:refuse", what[:120], outcome=outcome)


def main() -> None:
    """The console script `forum`."""
    try:
        app = create_app()
    except Misconfigured as error:
        sys.exit(f"forum: {error}")
    logging.captureWarnings(True)
    cli.run(app)
