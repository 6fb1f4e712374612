import Document
import OrderedCollections
import Templates
import TestSupport
import Testing

struct HOTWritingTests {
  private static let cloudFormation = """
    AWSTemplateFormatVersion: '2010-09-09'
    Parameters:
      Key: {Type: 'AWS::EC2::KeyPair::KeyName'}
      Size: {Type: Number, MinValue: 1, MaxValue: 9, Default: 2}
    Mappings: {Images: {eu: {id: f17}}}
    Conditions: {Big: !Not [!Equals [!Ref Size, 2]]}
    Resources:
      Web:
        Type: AWS::EC2::Instance
        DeletionPolicy: Retain
        Properties:
          ImageId: !FindInMap [Images, eu, id]
          KeyName: !Ref Key
          InstanceType: !If [Big, m1.large, !Ref AWS::NoValue]
          UserData: !Base64 {'Fn::Sub': 'echo ${Size} ${!PATH} ${AWS::StackName}'}
    Outputs:
      Ip: {Value: !GetAtt Web.PublicIp, Condition: Big}
    """

  @Test("a CloudFormation template is written as HOT, which reads back")
  func toHOT() throws {
    let template = try #require(HOTTests.reading(Self.cloudFormation).template)
    let (text, diagnostics) = template.hotText()
    #expect(diagnostics.filter { $0.severity == .error }.isEmpty, "\(diagnostics)")
    let back = HOTTests.reading(text)
    let hot = try #require(back.template, "\(text)\n\(back.diagnostics.map { $0.rendered() })")
    #expect(hot.resources["Web"]?.deletionPolicy == .retain)
    #expect(text.contains("str_replace"))
    #expect(text.contains("custom_constraint: nova.keypair"))
    #expect(text.contains("get_param: [Images, eu, id]") || text.contains("- Images"))
  }

  @Test("what HOT can't say is an error at its place")
  func lost() throws {
    let text = """
      Resources:
        Web:
          Type: AWS::EC2::Instance
          CreationPolicy: {ResourceSignal: {Count: 1}}
          Properties:
            SubnetId: !Select [0, !Cidr [10.0.0.0/8, 2, 8]]
            Other: !ImportValue x
      Outputs: {O: {Value: !Ref Web, Export: {Name: x}}}
      """
    let template = try #require(HOTTests.reading(text).template)
    let found = template.hotText().diagnostics.filter { $0.severity == .error }
    #expect(Set(found.compactMap { $0.place?.start.line }) == [4, 6, 7, 8])
  }

  @Test("a HOT template is written as CloudFormation, which reads back")
  func toCloudFormation() throws {
    let text = """
      heat_template_version: wallaby
      parameters:
        name: {type: string, label: Name, constraints: [{length: {max: 9}}]}
        nets: {type: comma_delimited_list, default: [a, b]}
      resources:
        web:
          type: OS::Nova::Server
          condition: {equals: [{get_param: name}, x]}
          properties:
            name: {list_join: ['-', [a, {get_param: name}]]}
            net: {get_param: [nets, 1]}
            data: {str_replace: {template: 'run $n ${HOME}', params: {$n: {get_param: name}}}}
            more: {if: [{not: {equals: [{get_param: name}, y]}}, 1]}
            merged: {map_merge: [{a: 1}, {b: {get_param: name}}]}
      outputs: {o: {value: {get_attr: [web, addresses, net, 0]}}}
      """
    let template = try #require(HOTTests.reading(text).template)
    let translation = CloudFormationWriter.document(of: template)
    #expect(translation.diagnostics.isEmpty, "\(translation.diagnostics.map { $0.rendered() })")
    let yaml = translation.document.withShortTags.yamlText()
    let back = HOTTests.reading(yaml)
    #expect(back.template != nil, "\(yaml)\n\(back.diagnostics.map { $0.rendered() })")
    #expect(yaml.contains("run ${n} ${!HOME}"))
  }

  @Test("every public template goes there and, where nothing was lost, back")
  func corpus() throws {
    var whole = 0
    for path in Corpus.paths(["hot"]) {
      guard let source = Corpus.source(path), let template = TemplateReader.read(source).template else {
        continue
      }
      let translation = CloudFormationWriter.document(of: template)
      guard translation.diagnostics.allSatisfy({ $0.severity != .error }) else { continue }
      let back = TemplateReader.read(Source(name: path, text: translation.document.yamlText()))
      #expect(
        back.template != nil,
        "\(path) \(back.diagnostics.filter { $0.severity == .error }.map { $0.rendered() })")
      whole += 1
    }
    for path in Corpus.paths() {
      guard let source = Corpus.source(path), let template = TemplateReader.read(source).template else {
        continue
      }
      let (text, diagnostics) = template.hotText()
      guard diagnostics.allSatisfy({ $0.severity != .error }) else { continue }
      let back = TemplateReader.read(Source(name: path, text: text))
      #expect(
        back.template != nil,
        "\(path) \(back.diagnostics.filter { $0.severity == .error }.map { $0.rendered() })")
      whole += 1
    }
    print("\(whole) templates in the other language")
  }
}
