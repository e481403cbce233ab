# Installs civium-authority @VERSION@ from this folder alone, without a network and without rights:
#   powershell -ExecutionPolicy Bypass -File install.ps1 [-Folder FOLDER] [-Python PATH]
# Nobody has run this file on Windows yet.
param(
  [string]$Folder = (Join-Path $env:LOCALAPPDATA "civium-authority"),
  [string]$Python = ""
)
$ErrorActionPreference = "Stop"
Set-Location -LiteralPath $PSScriptRoot

foreach ($line in Get-Content -LiteralPath "SHA256SUMS" -Encoding UTF8) {
  $told, $name = $line -split "  ", 2
  $found = (Get-FileHash -Algorithm SHA256 -LiteralPath $name).Hash.ToLowerInvariant()
  if ($found -ne $told) { Write-Error "$name is not what it was: copy the folder again"; exit 3 }
}
Write-Output "the files are whole"

if (Test-Path -LiteralPath $Folder) { Write-Error "$Folder is there already: remove it, or name another folder"; exit 1 }
if ($Python) { & $Python -m venv $Folder } else { & py -@PYTHON@ -m venv $Folder }
if ($LASTEXITCODE -ne 0) { Write-Error "Python @PYTHON@ is not here: install it, or name it with -Python"; exit 2 }
$own = Join-Path $Folder "Scripts\python.exe"
& $own -c "import sys; sys.exit('.'.join(map(str, sys.version_info[:2])) != '@PYTHON@')"
if ($LASTEXITCODE -ne 0) { Write-Error "this folder is for Python @PYTHON@: name that one with -Python"; exit 2 }
& $own -m pip --isolated --disable-pip-version-check install --quiet --no-index --find-links wheels --require-hashes --no-cache-dir -r requirements.txt
if ($LASTEXITCODE -ne 0) { Write-Error "pip could not install it"; exit 1 }
$command = Join-Path $Folder "Scripts\civium-authority.exe"
Write-Output "installed: $command"
& $command selftest
exit $LASTEXITCODE
