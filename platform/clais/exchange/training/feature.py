from clais.exchange.training import views
from clais.exchange.training.models import (
    Certificate,
    CertificateEvidence,
    Course,
    CourseMaterial,
    CourseRun,
    CourseSeat,
    Registration,
)
from clais.exchange.training.workflow import COURSE, COURSE_SEAT, REGISTRATION, RUN
from clais.feature import Feature

FEATURE = Feature(
    name="exchange_training",
    package=__package__,
    tables=(Course, CourseMaterial, CourseRun, Registration, CourseSeat, Certificate, CertificateEvidence),
    workflows=(COURSE, RUN, REGISTRATION, COURSE_SEAT),
    pages=(views.pages,),
)
