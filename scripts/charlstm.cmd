@echo off
rem Runs charlstm from a clone on Windows, from cmd or PowerShell: builds it on first use and after a
rem change, then starts Java. It does what scripts/charlstm does elsewhere, and listens to the same
rem variables: CHARLSTM_BUILD, CHARLSTM_JAVA_OPTS, JAVA_HOME, TF_CPP_MIN_LOG_LEVEL.
rem
rem Simpler here: a file that was removed from src is not noticed (delete target to rebuild), Java's
rem classes are not archived, and two first starts at once are not kept apart.
setlocal disabledelayedexpansion

for %%I in ("%~dp0..") do set "root=%%~fI"
set "build=%root%\target"
if defined CHARLSTM_BUILD for %%I in ("%CHARLSTM_BUILD%") do set "build=%%~fI"
set "sources=%build%\launcher-sources"
if not defined TF_CPP_MIN_LOG_LEVEL set "TF_CPP_MIN_LOG_LEVEL=3"

call :find_java
if errorlevel 1 exit /b 2
call :ask_java
if errorlevel 1 exit /b 2
call :is_stale
if errorlevel 1 call :build
if errorlevel 1 exit /b %ERRORLEVEL%
call :set_classes

set "options=-XX:MaxRAMPercentage=50 -XX:TieredStopAtLevel=1"
set "collector=-XX:+UseSerialGC -Xmn16m"
rem Java refuses two collectors. (Of a variable that is not defined nothing can be replaced.)
if defined CHARLSTM_JAVA_OPTS if not "%CHARLSTM_JAVA_OPTS:-XX:+Use=%"=="%CHARLSTM_JAVA_OPTS%" set "collector="
set "options=%options% %collector%"
rem Java 22 and later would take a file for a console.
set "options=%options% -Djava.awt.headless=true -Djdk.console=java.base"
if %version% gtr 25 set "options=%options% -XX:+IgnoreUnrecognizedVMOptions"
if %version% geq 24 call :add_if_accepted "--enable-native-access=ALL-UNNAMED"
if %version% geq 24 call :add_if_accepted "--sun-misc-unsafe-memory-access=allow"

"%java%" %options% "-Dcharlstm.home=%root%" %CHARLSTM_JAVA_OPTS% io.github.charlstm.cli.Main %*
exit /b %ERRORLEVEL%

rem Sets java.
:find_java
if defined JAVA_HOME (
  set "java=%JAVA_HOME%\bin\java.exe"
) else (
  set "java="
  for %%I in (java.exe) do set "java=%%~$PATH:I"
)
if not defined java (
  call :say "needs Java 17 or newer, found no java on the PATH; install a JDK or set JAVA_HOME"
  exit /b 1
)
if not exist "%java%" (
  call :say "JAVA_HOME is %JAVA_HOME%, but there is no bin\java.exe in it; correct it or unset it"
  exit /b 1
)
exit /b 0

rem Sets version, the major one, and looks whether TensorFlow has a library for this Java.
:ask_java
set "full="
set "arch="
for /f "tokens=1,* delims== " %%A in ('^""%java%" -XshowSettings:properties -version 2^>^&1^"') do (
  if "%%A"=="java.version" set "full=%%B"
  if "%%A"=="os.arch" set "arch=%%B"
)
set "version=0"
for /f "tokens=1 delims=.-+_" %%A in ("%full%") do set "version=%%A"
if %version% lss 17 (
  call :say "needs Java 17 or newer, found %full% at %java%; install a newer JDK or set JAVA_HOME"
  exit /b 1
)
if not "%arch%"=="amd64" (
  call :say "TensorFlow's library for Windows needs a 64-bit Java for x64, found one for %arch% at %java%"
  exit /b 1
)
exit /b 0

rem Ends with 1 if a file is newer than its copy that was made before the last build: xcopy names those.
:is_stale
if not exist "%build%\classpath.txt" exit /b 1
if not exist "%sources%\pom.xml" exit /b 1
for /f "delims=" %%F in ('xcopy "%root%\src\main" "%sources%\main" /d /e /i /l /y ^| "%SystemRoot%\System32\find.exe" ":"') do exit /b 1
for /f "delims=" %%F in ('xcopy "%root%\pom.xml" "%sources%" /d /l /y ^| "%SystemRoot%\System32\find.exe" ":"') do exit /b 1
exit /b 0

:build
set "maven="
for %%I in (mvn.cmd) do set "maven=%%~$PATH:I"
if not defined maven (
  call :say "needs Maven 3.6.3 or newer to build, found no mvn on the PATH; install Maven"
  exit /b 2
)
call :say "building ..."
if exist "%sources%" rd /s /q "%sources%"
rem What changes meanwhile is built next time.
xcopy "%root%\src\main" "%sources%\main" /e /i /q /y >nul
xcopy "%root%\pom.xml" "%sources%" /q /y >nul
pushd "%root%"
call "%maven%" -B -q -DskipTests "-Dcharlstm.build=%build%" package 1>&2
set "result=%ERRORLEVEL%"
popd
if not "%result%"=="0" (
  rd /s /q "%sources%"
  call :say "the build failed, see above"
  exit /b 1
)
exit /b 0

rem Sets CLASSPATH, which Java reads. It may be longer than "set /p" reads.
:set_classes
set "jar="
for /f "delims=" %%F in ('dir /b /o-d "%build%\charlstm-*.jar"') do call :choose_jar "%%F"
for /f "usebackq delims=" %%L in ("%build%\classpath.txt") do set "CLASSPATH=%jar%;%%L"
exit /b 0

rem The first that is not one of a release's others: the newest.
:choose_jar
if defined jar exit /b 0
set "name=%~n1"
if not "%name:-sources=%"=="%name%" exit /b 0
if not "%name:-javadoc=%"=="%name%" exit /b 0
set "jar=%build%\%~1"
exit /b 0

rem Java does not start with an option that it does not know. A newer one than those tried is asked.
:add_if_accepted
if %version% gtr 25 (
  "%java%" %1 -version >nul 2>nul
  if errorlevel 1 exit /b 0
)
set "options=%options% %~1"
exit /b 0

:say
echo charlstm: %~1 1>&2
exit /b 0
