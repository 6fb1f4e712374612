/// The programs that kiln gives to a guest with its user data.
enum Guest {
  static let cloudConfig = """
    #cloud-config
    output: {all: '| tee -a /var/log/cloud-init-output.log'}

    """

  /// Makes the tools reachable where templates expect them.
  static let bootHook = """
    #!/bin/sh
    if command -v cfn-create-aws-symlinks >/dev/null 2>&1; then
      cfn-create-aws-symlinks
    fi

    """

  /// Keeps the parts that cloud-init itself has no use for.
  static let partHandler = """
    #part-handler
    import os

    DATA = '/var/lib/cloud/data'
    TOOLS = '/var/lib/heat-cfntools'


    def list_types():
        return ['text/x-cfninitdata']


    def keep(folder, name, payload):
        if not os.path.isdir(folder):
            os.makedirs(folder, 0o700)
        handle = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, 'wb') as kept:
            kept.write(payload if isinstance(payload, bytes) else payload.encode('utf-8'))


    def handle_part(data, ctype, filename, payload):
        if ctype in ('__begin__', '__end__'):
            return
        name = os.path.basename(filename)
        keep(DATA, name, payload)
        keep(TOOLS, name, payload)

    """

  /// Runs the template's script, once, keeping what it says.
  static let runner = """
    #!/bin/sh
    script=/var/lib/cloud/data/cfn-userdata
    log=/var/log/heat-provision.log
    [ -s "$script" ] || exit 0
    chmod 700 "$script"
    echo "provisioning began: $(date -u)" >>"$log"
    "$script" >>"$log" 2>&1
    code=$?
    echo "provisioning ended with $code: $(date -u)" >>"$log"
    [ $code -eq 0 ] && : >/var/lib/heat-cfntools/provision-finished
    exit $code

    """
}
